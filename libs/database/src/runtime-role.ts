import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';

/** Rows of these are written once: the application may add and read, nothing else. Triggers say the same to everybody. */
const APPEND_ONLY = [
  'audit_records',
  'audit_personal_values',
  'submissions',
  'decisions',
  'confirmations',
  'certificate_kinds',
  'requirement_versions',
];
/** The owner's book-keeping. */
const READ_ONLY = ['schema_migrations'];
const QUEUE_SCHEMA = 'graphile_worker';
const SCRAM_ITERATIONS = 4096;

/** The role that the application is to run as cannot be used; the message says what to do. */
export class RuntimeRoleRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RuntimeRoleRefused';
  }
}

/** Who a connection URL signs in as. */
export function roleOf(url: string): { name: string; password: string } {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/**
 * Lets a role use what the migrations have built, as far as the application needs it: ordinary work on ordinary tables,
 * additions only to the append-only ones, no schema changes. Creates the role if it is missing and the owner may. Repeated
 * after every migration; tables in between are covered by default privileges.
 * @throws RuntimeRoleRefused
 */
export async function grantRuntime(owner: Client, runtimeUrl: string): Promise<void> {
  const { name, password } = roleOf(runtimeUrl);
  await createIfMissing(owner, name, password);
  const role = escapeIdentifier(name);
  const rowSecured = await tablesWithRowSecurity(owner);
  await owner.query(`
    begin;
    grant usage on schema public to ${role};
    grant select, insert, update, delete on all tables in schema public to ${role};
    grant usage, select on all sequences in schema public to ${role};
    alter default privileges in schema public grant select, insert, update, delete on tables to ${role};
    alter default privileges in schema public grant usage, select on sequences to ${role};
    revoke update, delete, truncate on ${APPEND_ONLY.join(', ')} from ${role};
    revoke insert, update, delete, truncate on ${READ_ONLY.join(', ')} from ${role};
    grant usage on schema ${QUEUE_SCHEMA} to ${role};
    grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to ${role};
    grant usage, select on all sequences in schema ${QUEUE_SCHEMA} to ${role};
    grant execute on all functions in schema ${QUEUE_SCHEMA} to ${role};
    ${rowSecured.map((table) => `create policy by_privilege on ${table} using (true) with check (true);`).join('\n')}
    commit;
  `);
  await requireRestricted(owner, name);
}

async function createIfMissing(owner: Client, name: string, password: string): Promise<void> {
  const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [name]);
  if (rowCount !== 0) return;
  if (!name || !password) {
    throw new RuntimeRoleRefused('DATABASE_URL must name a role and its password when DATABASE_OWNER_URL is set.');
  }
  try {
    await owner.query(`create role ${escapeIdentifier(name)} login password ${escapeLiteral(verifierOf(password))}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new RuntimeRoleRefused(
      'The role of DATABASE_URL does not exist, and the role of DATABASE_OWNER_URL may not create roles. ' +
        'Create it as an administrator: create role <name> login password <password>.',
    );
  }
}

/** The queue's tables refuse everybody but their owner, row by row, until a policy says that privileges decide. */
async function tablesWithRowSecurity(owner: Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relnamespace = $1::regnamespace and c.relrowsecurity
       and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'by_privilege')`,
    [QUEUE_SCHEMA],
  );
  return rows.map(({ name }) => name);
}

/** A superuser, or a member of the owner's role, keeps every right whatever is revoked. */
async function requireRestricted(owner: Client, name: string): Promise<void> {
  const { rowCount } = await owner.query(
    `select 1 from unnest($2::text[]) as guarded (name)
     where has_table_privilege($1, guarded.name, 'UPDATE') or has_table_privilege($1, guarded.name, 'DELETE')
        or has_table_privilege($1, guarded.name, 'TRUNCATE')`,
    [name, APPEND_ONLY],
  );
  if (rowCount === 0) return;
  throw new RuntimeRoleRefused(
    'The role of DATABASE_URL could change audit records: it is a superuser, a member of the owning role, or was granted ' +
      'it. Give DATABASE_URL a role of its own.',
  );
}

/** What PostgreSQL keeps of a password (RFC 5803), made here so that the password itself is in no statement and no log. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
