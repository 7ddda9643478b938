import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The state of a profile is contract C's, which knows certificates and diplomas: kinds of credentials that come later are not counted in it.
 * The version before knows no other kind, so that nothing changes for it.
 */
export class ContractCounts1795902000000 implements MigrationInterface {
  name = 'ContractCounts1795902000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(counting(`target_type in ('certificate', 'diploma')`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(counting('true'));
  }
}

/** Both functions of 1795478408000-profile-counts, for the verifications of which the condition on their type holds. */
function counting(counted: string): string {
  return `
    create or replace function count_verification() returns trigger language plpgsql as $$
    declare
      was text = case when tg_op <> 'INSERT' and old.withdrawn_at is null and ${of('old', counted)} then old.status end;
      becomes text = case when tg_op <> 'DELETE' and new.withdrawn_at is null and ${of('new', counted)} then new.status end;
    begin
      if was is distinct from becomes then
        update profile_counts set
          not_submitted = not_submitted + (becomes is not distinct from 'not_submitted')::int
            - (was is not distinct from 'not_submitted')::int,
          pending = pending + (becomes is not distinct from 'pending')::int - (was is not distinct from 'pending')::int,
          verified = verified + (becomes is not distinct from 'verified')::int - (was is not distinct from 'verified')::int,
          rejected = rejected + (becomes is not distinct from 'rejected')::int - (was is not distinct from 'rejected')::int
        where organization_id = coalesce(new.organization_id, old.organization_id)
          and user_uuid = coalesce(new.user_uuid, old.user_uuid);
      end if;
      return null;
    end $$;

    create or replace function recount_profiles() returns void language sql as $$
      insert into profile_counts (membership_id, organization_id, user_uuid, not_submitted, pending, verified, rejected)
      select m.id, m.organization_id, m.user_uuid,
             count(*) filter (where v.status = 'not_submitted'), count(*) filter (where v.status = 'pending'),
             count(*) filter (where v.status = 'verified'), count(*) filter (where v.status = 'rejected')
      from memberships m
      left join verifications v
        on v.organization_id = m.organization_id and v.user_uuid = m.user_uuid and v.withdrawn_at is null
        and ${of('v', counted)}
      group by m.id
      on conflict (membership_id) do update set not_submitted = excluded.not_submitted, pending = excluded.pending,
        verified = excluded.verified, rejected = excluded.rejected
    $$;`;
}

function of(row: string, condition: string): string {
  return condition.replace('target_type', `${row}.target_type`);
}
