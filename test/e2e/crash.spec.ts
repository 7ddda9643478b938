import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { HttpClient } from '../support/http';
import { ProductDirectory, type Run } from '../support/product';

const CLIENTS = 20;
const KILLS = 3;
/** Answers between two kills, so that every life of the process does some work. */
const ANSWERS_PER_LIFE = 60;
const PASSWORD = 'a long password';

const HALF_MADE = `
  select 'certificate without verification' as what, c.id from certificates c
    left join verifications v on v.id = c.verification_id and v.target_id = c.id and v.target_type = 'certificate'
    where v.id is null
  union all
  select 'verification without certificate', v.id from verifications v
    left join certificates c on c.verification_id = v.id where c.id is null
  union all
  select 'verification without its submission', v.id from verifications v
    left join submissions s on s.verification_id = v.id and s.number = v.submission_number where s.id is null
  union all
  select 'submission without verification', s.id from submissions s
    left join verifications v on v.id = s.verification_id where v.id is null
  union all
  select 'certificate without audit record', c.id from certificates c
    left join audit_records a on a.target_id = c.id::text and a.action = 'certificate.create' where a.id is null`;

/** Must show 10: what was answered is kept and nothing is half-made, whenever the process dies. */
describe('twenty clients create certificates while the process is killed', () => {
  const directory = new ProductDirectory();
  afterAll(() => directory.remove());

  it('keeps every answered certificate with its verification, and shows nothing half-made', async () => {
    const email = 'admin@example.org';
    const names = ['--name', 'Northern Crewing', '--email', email];
    const token = await directory.found(names);

    let life = await directory.start();
    await new HttpClient(life.url).post('/auth/v1/rs/invitations/accept', { token, password: PASSWORD });
    const { body } = await new HttpClient(life.url).post('/auth/v1/rs/login/credentials', {
      email,
      password: PASSWORD,
    });
    // Sessions live in the database and keys in the folder, so one sign-in lasts through all lives.
    const client = new HttpClient(life.url, { authorization: `Bearer ${body.data.accessToken}` });
    const { userId } = (await client.get('/api/v1/shared/users/me/session')).body;
    const address = `/api/v1/crew/users/${userId}/certificates`;

    const answered = new Set<string>();
    const unexpected: number[] = [];
    let isOver = false;
    const create = async (name: number) => {
      for (let number = 1; !isOver; number += 1) {
        const certificate = { certificateType: 'medical', certificateNumber: `${name}-${number}` };
        const answer = await client.post(address, certificate).catch(() => null);
        // No answer: the process is gone. What becomes of that request is open; all or nothing is checked below.
        if (answer === null) await sleep(50);
        else if (answer.status === 201) answered.add(answer.body.id);
        else unexpected.push(answer.status);
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, name) => create(name));

    for (let kill = 1; kill <= KILLS; kill += 1) {
      await enough(answered, kill * ANSWERS_PER_LIFE, life.run);
      await life.run.kill('SIGKILL');
      life = await directory.start(life.port);
    }
    await enough(answered, (KILLS + 1) * ANSWERS_PER_LIFE, life.run);
    isOver = true;
    await Promise.all(clients);

    expect(unexpected).toEqual([]);
    const list = (await client.get(address)).body as {
      id: string;
      verification: { status: string; targetId: string };
    }[];
    const listed = new Map(list.map(({ id, verification }) => [id, verification]));
    const lost = [...answered].filter((id) => {
      const verification = listed.get(id);
      return verification?.status !== 'pending' || verification.targetId !== id;
    });
    expect(lost).toEqual([]);

    const database = new Client({ connectionString: directory.ownerUrl });
    await database.connect();
    try {
      expect((await database.query(HALF_MADE)).rows).toEqual([]);
      const { rows } = await database.query<{ id: string }>('select id from certificates where deleted_at is null');
      expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(listed.keys()));
    } finally {
      await database.end();
    }
    expect(await life.run.kill('SIGTERM')).toBe(0);
  });
});

async function enough(answered: Set<string>, count: number, run: Run): Promise<void> {
  while (answered.size < count) {
    if (!run.isRunning) throw new Error(`The process ended by itself:\n${run.output}`);
    await sleep(20);
  }
}
