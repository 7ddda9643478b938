import { DataSource } from 'typeorm';
import { problemDefinitions } from '#libs/common';
import { databaseOptions } from '#libs/database';
// Loads every lib, and with it every problem definition.
import '../../apps/api/src/app.module';
import { createTestDatabase } from '../support/test-database';

/** What answers an input that violates the constraint: the codes of problems; or why no input can. */
type Answered = { by: string[] } | { never: string };

const KEPT = 'rows of this table are never deleted, and the id comes from the caller or from what was just read';
const MADE = 'the key is made by the product: a new UUID, a number of the database or a random token';
const WORD = 'the field takes the same list of words: any other is `invalid_request`';
const OWN = 'written by the product itself, from a list of its own';
const LOCKED = 'the row is locked while it is being referred to';
const IN_TURN = 'changes of one organisation come one after the other, and each sees the one before';
const UPSERT = 'written with `on conflict`';

const by = (...codes: string[]): Answered => ({ by: codes });
const never = (why: string): Answered => ({ never: why });

/** Foreign keys by the table that they lead to: it is what decides whether the other end can go away. */
const REFERRED: Readonly<Record<string, Answered>> = {
  organizations: never(KEPT),
  users: never(KEPT),
  memberships: never(KEPT),
  accounts: never(KEPT),
  verifications: never(KEPT),
  submissions: never(KEPT),
  api_keys: never(KEPT),
  titles: by('title_unknown', 'title_in_use'),
  uploads: by('upload_not_usable'),
  certificates: by('certificate_unknown', 'dispensation_needed'),
  vessels: by('vessel_unknown', 'vessel_in_use'),
  storage_verifications: never(OWN),
};

const CONSTRAINTS: Readonly<Record<string, Answered>> = {
  api_key_secrets_pkey: never(MADE),
  accounts_email_key: never('written with `on conflict`: whoever comes second finds the account of the first'),
  accounts_pkey: never('the uuid of a person who has none yet'),
  api_keys_pkey: never(MADE),
  authenticator_apps_pkey: by('authenticator_app_exists'),
  audit_personal_values_pkey: never('one value for each field of a change, which is an object'),
  audit_records_actor_kind_check: never(OWN),
  audit_records_pkey: never(MADE),
  backups_outcome_check: never(OWN),
  backups_pkey: never(MADE),
  certificate_kinds_code_key: never(IN_TURN),
  certificate_kinds_pkey: never(IN_TURN),
  certificates_pkey: never(MADE),
  confirmations_pkey: by('second_reviewer_needed', 'changed_since_read'),
  decisions_outcome_check: never(OWN),
  decisions_pkey: never(MADE),
  decisions_submission_key: by('already_decided', 'changed_since_read'),
  diplomas_pkey: never(MADE),
  diplomas_uuid_key: never(MADE),
  heartbeats_pkey: never(UPSERT),
  identities_pkey: never('caught: whoever comes second finds the account of the first'),
  identity_documents_pkey: never(MADE),
  installation_id_check: never('written by migrations'),
  installation_pkey: never('written by migrations'),
  invitations_membership_key: never('the one before is removed, while the address is locked'),
  invitations_pkey: never(MADE),
  invitations_role_check: never(WORD),
  invitations_token_hash_key: never(MADE),
  known_addresses_pkey: never(UPSERT),
  maintenance_id_check: never(OWN),
  maintenance_pkey: never(UPSERT),
  memberships_account_organization_key: never('an account has one address, and an organisation keeps it once'),
  memberships_organization_email_key: by('already_member'),
  memberships_organization_user_key: never('the person was made just before'),
  memberships_pkey: never(MADE),
  memberships_role_check: never(WORD),
  memberships_state_check: never(WORD),
  organizations_duplicate_policy_check: never(WORD),
  organizations_pkey: never(MADE),
  organizations_review_policy_check: never(WORD),
  organizations_uuid_key: never(MADE),
  particulars_organization_employee_number_key: by('employee_number_taken'),
  particulars_pkey: never(UPSERT),
  passkeys_credential_id_key: by('passkey_exists'),
  passkeys_pkey: never(MADE),
  password_resets_pkey: never(MADE),
  password_resets_token_hash_key: never(MADE),
  profile_counts_person_key: never('one row for each membership, written by a trigger'),
  profile_counts_pkey: never('one row for each membership, written by a trigger'),
  profile_counts_state_check: never('computed by the database'),
  rate_counts_pkey: never(UPSERT),
  recent_writes_pkey: never(UPSERT),
  recovery_codes_pkey: never(MADE),
  requirement_versions_code_key: never(IN_TURN),
  requirement_versions_pkey: never(IN_TURN),
  review_claims_pkey: never(UPSERT),
  second_factor_challenges_pkey: never(MADE),
  second_factor_challenges_purpose_check: never(OWN),
  PK_62441bec32630ced9e4cccae336: never('written by migrations'),
  sessions_pkey: never(MADE),
  sign_in_budgets_pkey: never(UPSERT),
  signing_keys_pkey: never(MADE),
  storage_findings_kind_check: never(OWN),
  storage_findings_pkey: never(MADE),
  storage_verifications_pkey: never(MADE),
  stored_answers_pkey: never(UPSERT),
  submissions_pkey: never(MADE),
  submissions_verification_number_key: never(LOCKED),
  titles_organization_folded_name_key: by('title_exists'),
  titles_organization_name_key: by('title_exists'),
  titles_pkey: never(MADE),
  upload_advances_free_bytes_check: never('what has less is not taken from'),
  upload_advances_pkey: never(MADE),
  upload_usage_pkey: never(UPSERT),
  upload_usage_reserved_bytes_check: by('too_many_open_uploads'),
  uploads_id_key: never(MADE),
  uploads_pkey: never(MADE),
  uploads_status_check: never(OWN),
  users_email_key: never('a column of the version before, empty in new rows'),
  users_pkey: never(MADE),
  users_uuid_key: never(MADE),
  verifications_pkey: never(MADE),
  verifications_status_check: never(OWN),
  verifications_target_key: never(MADE),
  vessels_organization_imo_key: by('vessel_exists'),
  vessels_organization_name_key: by('vessel_exists'),
  vessels_pkey: never(MADE),
  vessels_polar_check: never(WORD),
  vessels_sea_area_check: never(WORD),
  vessels_type_check: never(WORD),
  waivers_days_check: by('waiver_days_refused'),
  waivers_pkey: never(MADE),
};

interface Constraint {
  name: string;
  kind: 'c' | 'f' | 'p' | 'u' | 'x';
  refers: string | null;
}

/** Constraints and unique indexes; that a column is not null is a matter of its DTO's type. */
const FIND = `
  select conname as name, contype as kind, nullif(confrelid, 0)::regclass::text as refers
  from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid <> 0
  union all
  select relname, 'u', null from pg_index join pg_class on pg_class.oid = indexrelid
  where indisunique and relnamespace = 'public'::regnamespace
    and not exists (select from pg_constraint where conindid = indexrelid)
  order by 1`;

describe('a constraint of the schema', () => {
  let found: Constraint[];
  beforeAll(async () => {
    const { ownerUrl, drop } = await createTestDatabase();
    const dataSource = await new DataSource(databaseOptions(ownerUrl, 1)).initialize();
    found = await dataSource.query(FIND);
    await dataSource.destroy();
    await drop();
  });

  const answered = ({ name, kind, refers }: Constraint) => (kind === 'f' ? REFERRED[refers ?? ''] : CONSTRAINTS[name]);

  it('has a named problem that answers it, or a reason why no input reaches it', () => {
    expect(found.filter((one) => !answered(one)).map(({ name }) => name)).toEqual([]);
  });

  it('is one that there is, and is answered by a problem that there is', () => {
    const names = found.map(({ name }) => name);
    const referred = found.map(({ refers }) => refers);
    expect(Object.keys(CONSTRAINTS).filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.keys(REFERRED).filter((table) => !referred.includes(table))).toEqual([]);
    const codes = problemDefinitions().map(({ code }) => code);
    const told = [...Object.values(CONSTRAINTS), ...Object.values(REFERRED)].flatMap((one) =>
      'by' in one ? one.by : [],
    );
    expect(told.filter((code) => !codes.includes(code))).toEqual([]);
  });
});
