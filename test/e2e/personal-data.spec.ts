import { addDays } from '#libs/common';
import { credentialKinds } from '#libs/credentials';
import { type PersonalTable, personalTables } from '#libs/database';
import { personalDataPage } from '../../apps/api/src/personal-data-page';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from '../support/given';
import { created, givenPapers, ORIGINAL_SEEN, OWN_SET } from '../support/papers';
import { addApp, addPasskey, firstStep } from '../support/second-factor';
import { TestApp } from '../support/test-app';

/** Tables that say nothing of anybody, and why that is so. Every other one is told of by its lib (`tellPersonalData`). */
const OF_NOBODY: Readonly<Record<string, string>> = {
  organizations: 'of an organisation: its name and settings',
  titles: 'names of diplomas that an organisation knows',
  certificate_kinds: 'kinds of papers and their rules',
  requirement_versions: 'what is asked of people, by rank, ship, flag or client',
  vessels: 'where people work',
  signing_keys: "the product's own keys",
  schema_migrations: 'which migrations have run',
  installation: 'of which version and secret the data is',
  heartbeats: 'which processes of the product are running',
  maintenance: 'since when nothing can be written, and why',
  backups: 'which backups were made, and how large they are',
  storage_verifications: 'how far a comparison of storage with the records is',
  storage_findings: 'objects that are missing or too many, by key',
  upload_advances: 'how much of that is reserved in advance',
  upload_usage: 'how much space an organisation uses',
};

/** Types of columns that can hold words, or a day of somebody's life. */
const TELLING = /^(character varying|text|jsonb?|bytea|date|ARRAY|inet|USER-DEFINED)$/;

interface Column {
  table: string;
  name: string;
  type: string;
}

describe('what the database keeps of people', () => {
  let app: TestApp;
  let columns: Column[];
  const columnsOf = (table: string) => columns.filter((column) => column.table === table);

  beforeAll(async () => {
    app = await TestApp.start({ host: 'localhost' });
    columns = await app.database.query<Column[]>(
      `select table_name as "table", column_name as name, data_type as type
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
  });
  afterAll(() => app.close());

  it('is told of by the lib of each table', () => {
    const told = personalTables().map(({ table }) => table);
    const tables = [...new Set(columns.map(({ table }) => table))];
    expect(tables.length).toBeGreaterThan(25);
    expect(tables.filter((table) => !told.includes(table) && !(table in OF_NOBODY))).toEqual([]);
    expect([...told, ...Object.keys(OF_NOBODY)].filter((table) => !tables.includes(table))).toEqual([]);
    expect(told.filter((table) => table in OF_NOBODY)).toEqual([]);
  });

  it('is in no table that is said to be of nobody: none of them points at a person', async () => {
    const pointing = await app.database.query<{ table: string }[]>(
      `select conrelid::regclass::text as "table" from pg_constraint
       where contype = 'f' and confrelid in ('users'::regclass, 'memberships'::regclass)`,
    );
    const named = columns.filter(({ name }) =>
      /(person|user|author|actor|subject)_?(uu)?id$|e?mail|(first|last)_name/.test(name),
    );
    const suspicious = [...pointing, ...named].map(({ table }) => table);
    expect(suspicious.filter((table) => table in OF_NOBODY)).toEqual([]);
  });

  it('is told of column by column: each that can hold words or a date is personal or said to be of nobody', () => {
    const forgotten = personalTables().flatMap((told) => {
      const known = [...told.personal, ...told.impersonal, ...columnOfPerson(told)];
      return columnsOf(told.table)
        .filter(({ name, type }) => TELLING.test(type) && !known.includes(name))
        .map(({ name }) => `${told.table}.${name}`);
    });
    expect(forgotten).toEqual([]);
  });

  it('is told of in names that the database knows', () => {
    const unknown = personalTables().flatMap((told) => {
      const { table, personal, impersonal, files = [], erasure } = told;
      const emptied = typeof erasure === 'object' && 'empty' in erasure ? erasure.empty : [];
      const names = columnsOf(table).map(({ name }) => name);
      return [...personal, ...impersonal, ...files, ...emptied, ...columnOfPerson(told)]
        .filter((name) => !names.includes(name))
        .map((name) => `${table}.${name}`);
    });
    expect(unknown).toEqual([]);
    for (const { plural, keyColumn, columns: told } of credentialKinds()) {
      const names = columnsOf(plural).map(({ name }) => name);
      const all = [keyColumn, ...told.listed, ...told.searched, ...told.exported, ...told.erased];
      expect(all.filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  it('is found by the way that is told: of somebody with everything each table has a row', async () => {
    const person = await somebodyWithEverything();
    const empty: string[] = [];
    for (const told of personalTables().filter(({ person: way }) => way !== null)) {
      const [{ count }] = await app.database.query<[{ count: number }]>(
        `select count(*)::int as count from ${told.table} t where ${isOf(told, 't')}`,
        [person.uuid],
      );
      if (count === 0) empty.push(told.table);
    }
    expect(empty).toEqual([]);
  });

  it('is on a page for whoever has to answer for it', () => {
    const page = readFileSync(join(__dirname, '..', '..', 'docs', 'personal-data.md'), 'utf8');
    expect(page).toBe(personalDataPage());
    for (const { table } of personalTables()) expect(page).toContain(`| \`${table}\` |`);
  });

  /** Papers of every kind, a decision on one, the first word of two on another, a claim, a key, an invitation, a forgotten password, another way to sign in, second factors. */
  async function somebodyWithEverything(): Promise<Person> {
    const organization = await app.given.organization();
    const person = await app.given.person({ organization, role: 'admin' });
    const boss = await app.as(await app.given.person({ organization, role: 'admin' }));
    const client = await app.as(person);
    const { id: titleId } = created(await client.post('/users-organizations/v1/rs/titles', { name: 'Master Mariner' }));
    const papers = await givenPapers(app, person, client, titleId);
    const set = created(await boss.post('/api/v1/crew/requirement-sets', OWN_SET));
    const days = { startsOn: '2026-11-01', endsOn: addDays(new Date().toISOString().slice(0, 10), 30) };
    const waiver = { requirementSetId: set.id, requirementCode: 'drug-test', ...days, reason: 'The clinic is closed' };
    created(await boss.post(`/api/v1/crew/users/${person.uuid}/waivers`, waiver));
    const particulars = await boss.patch(`/api/v1/crew/users/${person.uuid}/particulars`, { rank: 'Master' });
    expect(particulars.status).toBe(200);
    await boss.post(`/api/v1/crew/certificates/${papers['certificate_id']}/reject`, { reason: 'Unreadable.' });
    await boss.patch('/api/v1/shared/organization', { reviewPolicy: 'two_people' });
    await boss.post(`/api/v1/crew/identity-documents/${papers['identity_document_id']}/verify`, ORIGINAL_SEEN);
    const colleague = await app.given.person({ organization, role: 'crew-member' });
    const { id } = created(
      await boss.post(`/api/v1/crew/users/${colleague.uuid}/certificates`, { certificateType: 'medical' }),
    );
    const { body } = await client.get('/api/v1/crew/queue?limit=1000');
    const entry = body.items.find(({ targetId }: { targetId: string }) => targetId === id);
    created(
      await client
        .post(`/api/v1/crew/queue/${entry.verificationId}/claim`)
        .then((answer) => ({ ...answer, status: 201 })),
    );
    created(await client.post('/api/v1/shared/api-keys', { name: 'Planning', scopes: [] }));
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: person.email });
    const now = new Date();
    await app.database.query(
      `insert into invitations (id, organization_id, membership_id, created_at, expires_at)
       select gen_random_uuid(), organization_id, id, $2, $2 from memberships where user_uuid = $1`,
      [person.uuid, now],
    );
    await app.database.query(
      `insert into identities (issuer, subject, user_uuid, created_at) values ('https://issuer.example.org', 'kari', $1, $2)`,
      [person.uuid, now],
    );
    await app.database.query(`insert into recent_writes (author_uuid, transaction_id, at) values ($1, 1, $2)`, [
      person.uuid,
      now,
    ]);
    await addApp(client, person, now);
    await addPasskey(app, client, person);
    await firstStep(app, person);
    return person;
  }
});

function columnOfPerson({ person }: PersonalTable): string[] {
  if (person === null) return [];
  return [typeof person === 'string' ? person : person.column];
}

/** The condition that a row belongs to the person $1. */
function isOf({ person }: PersonalTable, alias: string): string {
  if (typeof person === 'string') return `${alias}.${person} = $1`;
  const { column, of, by = 'id' } = person ?? { column: '', of: '' };
  const other = personalTables().find(({ table }) => table === of);
  if (!other) throw new Error(`${of} is not told of`);
  const inner = `${alias}${of[0]}`;
  return `exists (select from ${of} ${inner} where ${inner}.${by} = ${alias}.${column} and ${isOf(other, inner)})`;
}
