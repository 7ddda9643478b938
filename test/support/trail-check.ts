import { appendFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { credentialKinds } from '#libs/credentials';
import { CONTRACT_TARGET_TYPES } from '#libs/verification';
import { TEST_CONNECTION } from './template';

/**
 * Does every state change have exactly one audit record, in its own transaction, and every record a change?
 *
 * In test databases a trigger notes every row that the product inserts, updates or deletes, with its transaction. The rule:
 * - A *change* is what happens in one transaction to one thing with a name of its own: an account or membership of a person, a
 *   session, an upload, a paper, a title, an organisation, a key. However many rows it touches, it has one record.
 * - Sending a paper in for review and deciding on it are changes of their own, besides the paper's: a submission row has its
 *   `verification.submit`, or `verification.reopen` where it repeats one whose decision was taken back, a decision row its
 *   `verification.verify` or `verification.reject`, a first word its `verification.confirm`. What else happens to a verification (it is
 *   opened, taken back, withdrawn) is part of a change of its paper, which must be there.
 * - A sign-in is one change though it also notes `last_login`; so is founding an organisation, whose admin is another two.
 * - No change are counters and notes that decide nothing for anybody (BOOKKEEPING, and the rows for which RULES say null).
 * - Records without a change are reads and refusals (NOT_A_CHANGE), and of a change of one thing that is told on others (TOLD_ON_OTHERS).
 */
export interface TrailCount {
  changes: number;
  records: number;
  /** Reads and refusals, and what is told on others. */
  others: number;
  problems: string[];
}

type Row = Record<string, unknown>;

interface RowChange {
  transaction: string;
  table: string;
  before: Row | null;
  after: Row | null;
  /** Of a submission or decision: the paper it belongs to. */
  paper: { target_type: string; target_id: string } | null;
}

/**
 * The record that a row change asks for: one of the actions, on the target. Part: some record of the target is enough, or with actions one of them. Optional: the
 * row alone does not say whether it was a change. By any name: the record's target is not the row's.
 */
interface Wanted {
  actions: string[];
  target: string;
  isPart?: boolean;
  isOptional?: boolean;
  isByAnyName?: boolean;
}

/** Changed all the time and by nobody: no trigger there. */
const BOOKKEEPING = [
  'audit_personal_values',
  'schema_migrations',
  'installation',
  'upload_usage',
  'upload_advances',
  'profile_counts',
  'api_key_secrets',
  'sign_in_budgets',
  'known_addresses',
  'rate_counts',
  'recent_writes',
  'heartbeats',
  'stored_answers',
  'maintenance',
  'backups',
  'storage_verifications',
  'storage_findings',
  // What somebody has begun; that they finished it is recorded.
  'second_factor_challenges',
  // Who is looking at what decides nothing; that they were handed the file is recorded.
  'review_claims',
];

const NOT_A_CHANGE = ['file.read', 'session.refuse', 'token.refuse', 'api-key.refuse', 'job.retry', 'mail.try'];

/** What happened to a row of the table, told on the history of each thing that it concerns. */
const TOLD_ON_OTHERS: Record<string, string> = { 'diploma.correct': 'titles' };

/** Failure codes of files that housekeeping has removed. */
const REMOVED = ['upload_unused', 'retention_ended', 'quarantine_ended'];

/** How an upload gets into a state. */
const UPLOAD_STEPS: Record<string, string> = {
  uploaded: 'upload.finalize',
  ready: 'upload.check',
  failed: 'upload.refuse',
  infected: 'upload.quarantine',
};

const PASSWORD_CHANGES = ['password.reset', 'profile.update'];

/** One of these in the transaction, whatever its target. */
const ACCEPTED: Wanted = {
  actions: ['invitation.accept', 'identity.create', ...PASSWORD_CHANGES],
  target: 'an account',
  isPart: true,
};

const FACTOR_CHANGES = ['add', 'remove', 'renew-codes', 'recover', 'reset'].map((verb) => `second-factor.${verb}`);

/** An account's second factors and recovery codes change together, as one, told of the person by the name they have where they are signed in. */
function ofFactors(change: RowChange): Wanted | null {
  // Being used is what a factor is for.
  if (change.before && change.after && onlyChanged(change, 'counter', 'last_used_step', 'last_used_at')) return null;
  const { account_id: account } = (change.after ?? change.before) as { account_id: string };
  return { actions: FACTOR_CHANGES, target: `account ${account}`, isByAnyName: true };
}

const USER_CHANGES = ['membership.update', 'profile.update'];

/** Names of columns that an update has changed. */
function changed({ before, after }: RowChange): string[] {
  return Object.keys(after ?? {}).filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
}

function onlyChanged(change: RowChange, ...columns: string[]): boolean {
  return changed(change).every((name) => columns.includes(name));
}

function lifecycle(type: string, key: string, resource = type): (change: RowChange) => Wanted | null {
  return (change) => {
    const row = (change.after ?? change.before) as Row;
    const isDeleted = !change.after || (change.before?.['deleted_at'] === null && change.after['deleted_at'] !== null);
    const verb = !change.before ? 'create' : isDeleted ? 'delete' : 'update';
    return { actions: [`${resource}.${verb}`], target: `${type} ${String(row[key])}` };
  };
}

function ofPaper(change: RowChange, ...actions: string[]): Wanted {
  return { actions, target: `${change.paper?.target_type} ${change.paper?.target_id}` };
}

type Rule = (change: RowChange, others: RowChange[]) => Wanted | null;

const RULES: Record<string, Rule> = {
  organizations: lifecycle('organization', 'id'),
  titles: lifecycle('title', 'id'),
  // A row is a version.
  certificate_kinds: ({ after }) => ({
    actions: [`certificate-kind.${after?.['version'] === 1 ? 'create' : 'update'}`, 'certificate-kind.update'],
    target: `certificate_kind ${String(after?.['id'])}`,
  }),
  requirement_versions: ({ after }) => ({
    actions: [`requirement-set.${after?.['version'] === 1 ? 'create' : 'update'}`, 'requirement-set.update'],
    target: `requirement_set ${String(after?.['set_id'])}`,
  }),
  vessels: lifecycle('vessel', 'id'),
  // What has been said first is a change too.
  particulars: ({ after }) => ({
    actions: ['particulars.update'],
    target: `particulars ${String(after?.['user_uuid'])}`,
  }),
  waivers: ({ before, after }) => ({
    actions: [before ? 'waiver.revoke' : 'waiver.create'],
    target: `waiver ${String(after?.['id'])}`,
  }),
  users: (change, others) => {
    const uuid = String(change.after?.['uuid']);
    // An API key acts under a name of its own; making the name is part of making the key.
    if (others.some(({ table, after }) => table === 'api_keys' && after?.['id'] === uuid)) return null;
    return { actions: change.before ? USER_CHANGES : ['user.create'], target: `user ${uuid}` };
  },
  // It belongs to no organisation: what was done about it is recorded where the person did it, by the name they have there.
  accounts: () => ACCEPTED,
  memberships: (change) => {
    const notes = ['last_login', 'account_id', 'invited_until'];
    const noted = change.before ? notes.filter((name) => changed(change).includes(name)) : [];
    // A second sign-in in the same millisecond notes nothing new; a profile that is sent in as it was is a change.
    const isNoted = noted.length > 0 || !changed(change).includes('updated_at');
    if (change.before && isNoted && onlyChanged(change, ...notes, 'updated_at', 'revision')) {
      return noted.includes('account_id') ? ACCEPTED : null;
    }
    return {
      actions: change.before ? USER_CHANGES : ['membership.create'],
      target: `user ${String(change.after?.['user_uuid'])}`,
    };
  },
  sessions: (change) => {
    const target = `session ${String((change.after ?? change.before)?.['id'])}`;
    if (!change.before) return { actions: ['session.create'], target };
    // Sessions of long ago are tidied away; refreshing and being seen is what a session is for.
    return change.after && changed(change).includes('ended_at') ? { actions: ['session.end'], target } : null;
  },
  uploads: (change) => {
    const target = `upload ${String(change.after?.['id'])}`;
    if (!change.before) return { actions: ['upload.create'], target };
    // Storage is clear of a file that was given up before, or of what was left of an upload.
    if (onlyChanged(change, 'object_key', 'derivatives_prefix', 'closes_at', 'revision')) return null;
    if (REMOVED.includes(String(change.after?.['failure_code']))) return { actions: ['upload.remove'], target };
    if (changed(change).includes('owner_user_uuid')) return { actions: ['upload.attach'], target };
    if (changed(change).includes('altered_at')) {
      return { actions: [change.after?.['altered_at'] ? 'upload.withhold' : 'upload.restore'], target };
    }
    // Without a change of state: its checks have been given up, or have made pictures of an older file.
    const action = changed(change).includes('status') ? UPLOAD_STEPS[String(change.after?.['status'])] : undefined;
    return { actions: action ? [action] : ['upload.stall', 'upload.check'], target };
  },
  verifications: (change) => ({
    actions: [],
    target: `${String(change.after?.['target_type'])} ${String(change.after?.['target_id'])}`,
    isPart: true,
  }),
  submissions: (change) =>
    ofPaper(change, change.after?.['reopened_by_user_uuid'] ? 'verification.reopen' : 'verification.submit'),
  confirmations: (change) => ofPaper(change, 'verification.confirm'),
  decisions: (change) =>
    ofPaper(change, change.after?.['outcome'] === 'verified' ? 'verification.verify' : 'verification.reject'),
  api_keys: (change) => {
    if (change.before && onlyChanged(change, 'last_used_at')) return null;
    const target = `api-key ${String(change.after?.['id'])}`;
    if (!change.before) return { actions: ['api-key.create'], target };
    return { actions: [changed(change).includes('rotated_at') ? 'api-key.rotate' : 'api-key.delete'], target };
  },
  // Removed when it is accepted or withdrawn, but also when another one takes its place or when it is old. Its token changes with its mail.
  invitations: (change) => {
    const target = `invitation ${String((change.after ?? change.before)?.['id'])}`;
    if (!change.before) return { actions: ['invitation.create'], target };
    if (!change.after) return { actions: ['invitation.accept', 'invitation.withdraw'], target, isOptional: true };
    return onlyChanged(change, 'token_hash') ? null : { actions: ['invitation.resend'], target };
  },
  passkeys: ofFactors,
  authenticator_apps: ofFactors,
  recovery_codes: ofFactors,
  password_resets: (change) =>
    change.before
      ? null
      : { actions: ['password.forget'], target: `user ${textOf(change.after?.['user_uuid']) ?? 'unknown'}` },
  identities: (change) => ({ actions: ['identity.create'], target: `user ${String(change.after?.['user_uuid'])}` }),
  // The others' retirement is part of the new one's coming.
  signing_keys: (change) =>
    change.before
      ? null
      : {
          actions: ['signing-key.create', 'signing-key.rotate'],
          target: `signing-key ${String(change.after?.['kid'])}`,
        },
};

/** Asked when it is needed: a kind of credential is known once its lib is loaded. */
function ruleOf(table: string): Rule | undefined {
  const kind = credentialKinds().find(({ plural }) => plural === table);
  return kind ? lifecycle(kind.name, kind.keyColumn, kind.resource) : RULES[table];
}

/** Tables that have neither a rule nor a reason to have none. */
export async function tablesWithoutRule(database: DataSource): Promise<string[]> {
  const rows = await database.query<{ name: string }[]>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  return rows
    .map(({ name }) => name)
    .filter((name) => !ruleOf(name) && !BOOKKEEPING.includes(name) && name !== 'audit_records');
}

/** Puts the triggers into the template database. The product knows nothing of them. */
export async function installTrailCheck(template: DataSource): Promise<void> {
  await template.query(`
    create schema trail_check;
    create table trail_check.row_changes (
      number bigint generated always as identity, transaction xid8, table_name text, before jsonb, after jsonb);
    -- As its owner: the product's role has no business in this schema.
    create function trail_check.note() returns trigger language plpgsql security definer as $$
    begin
      if current_setting('application_name') <> '${TEST_CONNECTION}' then
        insert into trail_check.row_changes (transaction, table_name, before, after)
        values (pg_current_xact_id(), tg_table_name,
          case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
      end if;
      return null;
    end $$;
    do $$ declare name text; begin
      for name in select tablename from pg_tables
        where schemaname = 'public' and tablename not in (${BOOKKEEPING.map((table) => `'${table}'`).join(', ')})
      loop
        execute format('create trigger trail_check after insert or update or delete on %I
          for each row execute function trail_check.note()', name);
      end loop;
    end $$;`);
}

/** Members whose profile_counts are not what their reviews say (contract C). */
const MISCOUNTED = `
  select m.user_uuid as person from memberships m
  left join profile_counts p on p.membership_id = m.id
  cross join lateral (
    select count(*) filter (where v.status = 'not_submitted') as not_submitted, count(*) filter (where v.status = 'pending') as pending,
           count(*) filter (where v.status = 'verified') as verified, count(*) filter (where v.status = 'rejected') as rejected,
           case when bool_or(v.status = 'rejected') then 'action_needed'
                when bool_or(v.status = 'not_submitted') or count(*) = 0 then 'incomplete'
                when bool_or(v.status = 'pending') then 'in_review' else 'approved' end as state
    from verifications v
    where v.organization_id = m.organization_id and v.user_uuid = m.user_uuid and v.withdrawn_at is null
      and v.target_type in (${CONTRACT_TARGET_TYPES.map((type) => `'${type}'`).join(', ')})
  ) r
  where (p.not_submitted, p.pending, p.verified, p.rejected, p.state)
    is distinct from (r.not_submitted::int, r.pending::int, r.verified::int, r.rejected::int, r.state)`;

/** Compares what the product has changed so far with what it has recorded, and with what the database has counted. */
export async function checkTrail(database: DataSource): Promise<TrailCount> {
  const rows = await database.query<RowChange[]>(
    `select c.transaction::text as transaction, c.table_name as "table", c.before, c.after,
            case when v.id is not null then jsonb_build_object('target_type', v.target_type, 'target_id', v.target_id) end as paper
     from trail_check.row_changes c
     left join submissions s on c.table_name in ('decisions', 'confirmations') and s.id = (c.after ->> 'submission_id')::uuid
     left join verifications v
       on v.id = coalesce(s.verification_id, case when c.table_name = 'submissions' then (c.after ->> 'verification_id')::uuid end)
     order by c.number`,
  );
  const count: TrailCount = { changes: 0, records: 0, others: 0, problems: [] };
  const transactions = new Map<string, RowChange[]>();
  for (const row of rows) transactions.set(row.transaction, [...(transactions.get(row.transaction) ?? []), row]);
  for (const changes of transactions.values()) checkTransaction(changes, count);
  for (const { person } of await database.query<{ person: string }[]>(MISCOUNTED)) {
    count.problems.push(`profile_counts of ${person} are not what the reviews say`);
  }
  return count;
}

function checkTransaction(rows: RowChange[], count: TrailCount): void {
  const records = rows
    .filter(({ table }) => table === 'audit_records')
    .map(({ after }) => ({
      action: String(after?.['action']),
      target: `${String(after?.['target_type'])} ${String(after?.['target_id'])}`,
    }));
  const wanted = new Map<string, Wanted>();
  for (const row of rows.filter(({ table }) => table !== 'audit_records')) {
    const rule = ruleOf(row.table);
    if (!rule) {
      count.problems.push(`the table ${row.table} has no rule in test/support/trail-check.ts`);
      continue;
    }
    const want = rule(row, rows);
    // Account and membership of one person change together as one.
    if (want) wanted.set([want.target, ...want.actions, want.isPart ? 'part' : ''].join(' '), want);
  }
  const whole = [...wanted.values()].filter(({ isPart }) => !isPart);
  for (const { target, actions } of [...wanted.values()].filter(({ isPart }) => isPart)) {
    if (actions.length > 0) {
      if (!records.some(({ action }) => actions.includes(action))) count.problems.push(`${target} changed unrecorded`);
      // Of a password nothing else in the transaction tells.
      const own = records.findIndex(({ action }) => PASSWORD_CHANGES.includes(action));
      if (own === -1) continue;
      count.changes += 1;
      count.records += 1;
      records.splice(own, 1);
    } else if (!whole.some((want) => want.target === target)) {
      count.problems.push(
        `a verification of ${target} changed without a change of its paper, a submission or a decision`,
      );
    }
  }
  for (const { actions, target, isOptional, isByAnyName } of whole) {
    const index = records.findIndex(
      (record) => actions.includes(record.action) && (isByAnyName || record.target === target),
    );
    if (index === -1 && isOptional) continue;
    count.changes += 1;
    if (index === -1) count.problems.push(`no record: ${actions.join(' or ')} of ${target}`);
    else {
      count.records += 1;
      records.splice(index, 1);
    }
  }
  for (const { action, target } of records) {
    const told = TOLD_ON_OTHERS[action];
    if (NOT_A_CHANGE.includes(action) || rows.some(({ table }) => table === told)) count.others += 1;
    else {
      count.records += 1;
      count.problems.push(`a record without a change, or a second one: ${action} of ${target}`);
    }
  }
}

/** Adds the counts of one application to those of the run; test/support/counts-reporter.js prints the sum. */
export function addToRun({ changes, records, others }: TrailCount): void {
  const file = process.env['TEST_TRAIL_COUNTS'];
  if (file) appendFileSync(file, `${changes} ${records} ${others}\n`);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
