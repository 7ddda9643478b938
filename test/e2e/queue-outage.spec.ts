import { OUTAGES, OutageScene, type Round } from '../support/outage-rounds';
import { UnreliablePostgres } from '../support/unreliable-postgres';

const AWAY_MS = 2000;

/** Once of each kind; test/long/database-outage.long.ts has twenty, under both ways of running. */
describe('a PostgreSQL that is stopped, killed and restarted while jobs are in hand', () => {
  let postgres: UnreliablePostgres;
  let scene: OutageScene;

  beforeAll(async () => {
    postgres = await UnreliablePostgres.start();
    scene = await OutageScene.set(postgres, true);
  });
  afterAll(async () => {
    await scene?.end();
    await postgres?.remove();
  });

  it('leaves no job behind: the worker goes on by itself within 30 s of its return', async () => {
    const rounds: Round[] = [];
    for (const outage of OUTAGES) rounds.push(await scene.round(outage, AWAY_MS));
    expect(rounds.filter(({ workedOffMs }) => workedOffMs === null)).toEqual([]);
    expect(rounds.flatMap(({ problems }) => problems)).toEqual([]);
    expect(rounds.filter(({ readyWhileAway }) => readyWhileAway > 0)).toEqual([]);
  });
});
