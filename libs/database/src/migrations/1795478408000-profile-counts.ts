import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How far each member's papers are, counted with every change of a review, so that the roster can be read by it. Triggers count, so that no
 * writer can forget to: neither a feature to come nor a running process of the version before this one (ADR 0086). Adds only.
 */
export class ProfileCounts1795478408000 implements MigrationInterface {
  name = 'ProfileCounts1795478408000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table profile_counts (
        membership_id uuid constraint profile_counts_pkey primary key
          constraint profile_counts_membership_fkey references memberships (id) on delete cascade,
        organization_id bigint not null constraint profile_counts_organization_fkey references organizations (id),
        user_uuid uuid not null,
        not_submitted integer not null default 0,
        pending integer not null default 0,
        verified integer not null default 0,
        rejected integer not null default 0,
        state varchar(13) not null constraint profile_counts_state_check
          check (state in ('incomplete', 'in_review', 'action_needed', 'approved')),
        constraint profile_counts_person_key unique (organization_id, user_uuid)
      ) with (fillfactor = 80);
      create index profile_counts_state_idx on profile_counts (organization_id, state, membership_id);

      create function decide_profile_state() returns trigger language plpgsql as $$
      begin
        new.state = case
          when new.rejected > 0 then 'action_needed'
          when new.not_submitted > 0 or new.pending + new.verified = 0 then 'incomplete'
          when new.pending > 0 then 'in_review'
          else 'approved' end;
        return new;
      end $$;
      create trigger profile_counts_are_decided before insert or update on profile_counts
        for each row execute function decide_profile_state();

      create function add_profile_counts() returns trigger language plpgsql as $$
      begin
        insert into profile_counts (membership_id, organization_id, user_uuid)
        values (new.id, new.organization_id, new.user_uuid);
        return null;
      end $$;

      -- What is withdrawn counts no more.
      create function count_verification() returns trigger language plpgsql as $$
      declare
        was text = case when tg_op <> 'INSERT' and old.withdrawn_at is null then old.status end;
        becomes text = case when tg_op <> 'DELETE' and new.withdrawn_at is null then new.status end;
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

      -- Everything anew: now, and by hand after reviews were changed while triggers were off.
      create function recount_profiles() returns void language sql as $$
        insert into profile_counts (membership_id, organization_id, user_uuid, not_submitted, pending, verified, rejected)
        select m.id, m.organization_id, m.user_uuid,
               count(*) filter (where v.status = 'not_submitted'), count(*) filter (where v.status = 'pending'),
               count(*) filter (where v.status = 'verified'), count(*) filter (where v.status = 'rejected')
        from memberships m
        left join verifications v
          on v.organization_id = m.organization_id and v.user_uuid = m.user_uuid and v.withdrawn_at is null
        group by m.id
        on conflict (membership_id) do update set not_submitted = excluded.not_submitted, pending = excluded.pending,
          verified = excluded.verified, rejected = excluded.rejected
      $$;

      -- Nobody adds or changes one between the count and the triggers.
      lock table memberships, verifications in share row exclusive mode;
      create trigger memberships_get_counts after insert on memberships
        for each row execute function add_profile_counts();
      create trigger verifications_are_tallied after insert or delete or update of status, withdrawn_at on verifications
        for each row execute function count_verification();
      select recount_profiles();
      analyze profile_counts;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger verifications_are_tallied on verifications;
      drop trigger memberships_get_counts on memberships;
      drop table profile_counts;
      drop function recount_profiles, count_verification, add_profile_counts, decide_profile_state;
    `);
  }
}
