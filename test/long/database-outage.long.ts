import { OUTAGES, OutageScene, type Round, summaryOf } from '../support/outage-rounds';
import { UnreliablePostgres } from '../support/unreliable-postgres';

/** Of each kind; fewer to try something out. */
const TIMES = Number(process.env['OUTAGES'] ?? 20);
const LONGEST_ROUND_MS = 120_000;

describe.each([
  ['a worker of its own', true],
  ['RUN_WORKER=true', false],
])('a PostgreSQL that is stopped for 5 s, killed and restarted at random moments, with %s', (name, hasOwnWorker) => {
  let postgres: UnreliablePostgres;
  let scene: OutageScene;

  beforeAll(async () => {
    postgres = await UnreliablePostgres.start();
    scene = await OutageScene.set(postgres, hasOwnWorker);
  });
  afterAll(async () => {
    await scene?.end();
    await postgres?.remove();
  });

  it(
    'leaves no job behind: all is worked off within 30 s, and readiness said so where nothing moved',
    async () => {
      const rounds: Round[] = [];
      for (let i = 0; i < TIMES; i += 1) for (const outage of OUTAGES) rounds.push(await scene.round(outage));
      process.stdout.write(`With ${name}:\n${summaryOf(rounds).join('\n')}\n`);
      for (const { outage, inHand, workedOffMs, left, toldMs, problems } of rounds) {
        if (workedOffMs === null || problems.length > 0) {
          process.stdout.write(
            `  ${outage} with ${inHand}: left ${left.join('; ')}; told after ${toldMs} ms; ${problems.join('; ')}\n`,
          );
        }
      }
      expect(rounds.filter(({ workedOffMs }) => workedOffMs === null)).toEqual([]);
      expect(rounds.flatMap(({ problems }) => problems)).toEqual([]);
      expect(rounds.filter(({ readyWhileAway }) => readyWhileAway > 0)).toEqual([]);
    },
    TIMES * OUTAGES.length * LONGEST_ROUND_MS,
  );
});
