import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An index in the order of the list for each filter of members, invitations and the trail, and trigrams for parts of names and addresses:
 * a page costs the same however long the list is. Adds only. A large installation may have made them before, concurrently.
 */
export class ListIndexes1795478407000 implements MigrationInterface {
  name = 'ListIndexes1795478407000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create extension if not exists pg_trgm;
      -- Without a list of pending entries, which each search would have to look through.
      create index if not exists users_search_idx on users
        using gin ((first_name || ' ' || last_name || chr(10) || email) gin_trgm_ops) with (fastupdate = off);
      create index if not exists invitations_search_idx on invitations
        using gin ((first_name || ' ' || last_name || chr(10) || email) gin_trgm_ops) with (fastupdate = off);
      create index if not exists invitations_organization_id_idx on invitations (organization_id, id);
      create index if not exists memberships_role_idx on memberships (organization_id, role, id);
      create index if not exists memberships_state_idx on memberships (organization_id, state, id);
      create index if not exists memberships_role_state_idx on memberships (organization_id, role, state, id);
      create index if not exists audit_records_kind_idx on audit_records (organization_id, target_type, at, id);
      -- How rare a text is, is known once the new index has been looked at.
      analyze users;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index users_search_idx, invitations_search_idx, invitations_organization_id_idx, memberships_role_idx,
        memberships_state_idx, memberships_role_state_idx, audit_records_kind_idx;
      drop extension pg_trgm;
    `);
  }
}
