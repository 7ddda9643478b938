import { newId } from '#libs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Invited {
  id: string;
  organization_id: number;
}

/**
 * What a person has proved of themselves becomes a row of its own, `accounts`, named like the person it was made for (`users.uuid`); address and
 * names that an office keeps move to its membership. People, papers and sessions keep their ids.
 *
 * What was there: an address counts as proved if an invitation was accepted or a password was reset by mail, or a provider vouched for it.
 * An account that nobody proved keeps its first membership, in the organisation that made it; the others are left without access, and their
 * sessions end. Open invitations put their people on the roster; of several for one address the one with the highest role stays. All told as
 * warnings, by ids.
 *
 * The version before reads and writes `users` as it did; triggers carry what it writes over. What this version writes it does not see.
 */
export class OwnAccounts1795908300000 implements MigrationInterface {
  name = 'OwnAccounts1795908300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table accounts (
        id uuid constraint accounts_pkey primary key constraint accounts_user_fkey references users (uuid),
        email varchar(250) not null constraint accounts_email_key unique,
        password_hash varchar(200),
        proved_at timestamptz(3),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      );
      alter table memberships
        add column email varchar(250), add column first_name varchar(100), add column last_name varchar(100),
        add column account_id uuid constraint memberships_account_fkey references accounts (id),
        add column invited_until timestamptz(3);
      alter table users alter column email drop not null, alter column first_name drop not null, alter column last_name drop not null;

      insert into accounts (id, email, password_hash, proved_at, created_at, updated_at)
        select u.uuid, u.email, u.password_hash, coalesce(i.at, p.at), u.created_at, u.updated_at
        from users u
        left join (select user_uuid, min(created_at) as at from identities group by 1) i on i.user_uuid = u.uuid
        left join (
          select subject_user_uuid, min(at) as at from audit_records
          where action in ('invitation.accept', 'password.reset') group by 1
        ) p on p.subject_user_uuid = u.uuid
        where u.email not like 'api-key:%';
      update memberships m set email = u.email, first_name = u.first_name, last_name = u.last_name, account_id = u.uuid
        from users u where u.uuid = m.user_uuid;

      alter table memberships
        alter column email set not null, alter column first_name set not null, alter column last_name set not null,
        add constraint memberships_organization_email_key unique (organization_id, email),
        add constraint memberships_account_organization_key unique (account_id, organization_id);
      create index memberships_search_idx on memberships
        using gin ((first_name || ' ' || last_name || chr(10) || email) gin_trgm_ops) with (fastupdate = off);
      alter index memberships_search_idx alter column 1 set statistics 1000;

      create or replace view member_directory as
        select m.organization_id, m.id as membership_id, m.role, m.state, m.last_login, m.created_at,
               u.uuid as user_uuid, u.id as user_id, m.email, m.first_name, m.last_name, m.account_id, m.invited_until
        from memberships m join users u on u.uuid = m.user_uuid;

      drop trigger memberships_are_counted on memberships;
      create trigger memberships_are_counted
        before update of role, state, email, first_name, last_name, account_id, invited_until on memberships
        for each row when (old.* is distinct from new.*) execute function count_revision();

      alter table identities drop constraint identities_user_fkey,
        add constraint identities_account_fkey foreign key (user_uuid) references accounts (id);
      alter table known_addresses drop constraint known_addresses_user_fkey,
        add constraint known_addresses_account_fkey foreign key (user_uuid) references accounts (id);
      alter table password_resets drop constraint password_resets_user_fkey,
        add constraint password_resets_account_fkey foreign key (user_uuid) references accounts (id);
    `);
    await this.leaveUnproved(runner);
    await this.putInvitedOnRoster(runner);
    await runner.query(`
      ${FOLLOW}
      analyze memberships;
      analyze accounts;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger users_are_followed on users;
      drop trigger memberships_are_completed on memberships;
      drop function follow_user();
      drop function complete_membership();
      alter table identities drop constraint identities_account_fkey,
        add constraint identities_user_fkey foreign key (user_uuid) references users (uuid);
      alter table known_addresses drop constraint known_addresses_account_fkey,
        add constraint known_addresses_user_fkey foreign key (user_uuid) references users (uuid);
      alter table password_resets drop constraint password_resets_account_fkey,
        add constraint password_resets_user_fkey foreign key (user_uuid) references users (uuid);
      -- Whose address is another's already keeps one that nobody can sign in with.
      update users u set email = coalesce(u.email, a.email, u.uuid || '@invalid'), first_name = coalesce(u.first_name, m.first_name, ''),
          last_name = coalesce(u.last_name, m.last_name, ''), password_hash = coalesce(a.password_hash, u.password_hash)
        from users o left join accounts a on a.id = o.uuid left join memberships m on m.user_uuid = o.uuid
        where o.uuid = u.uuid;
      alter table users alter column email set not null, alter column first_name set not null, alter column last_name set not null;
      delete from invitations where membership_id is not null;
      alter table invitations drop column membership_id, alter column email set not null, alter column first_name set not null,
        alter column last_name set not null, alter column role set not null, alter column invited_by_user_uuid set not null;
      create index invitations_organization_email_idx on invitations (organization_id, email);
      create index invitations_search_idx on invitations
        using gin ((first_name || ' ' || last_name || chr(10) || email) gin_trgm_ops) with (fastupdate = off);
      drop view member_directory;
      drop trigger memberships_are_counted on memberships;
      alter table memberships drop column email, drop column first_name, drop column last_name, drop column account_id,
        drop column invited_until;
      create trigger memberships_are_counted before update of role, state on memberships
        for each row when (old.* is distinct from new.*) execute function count_revision();
      create view member_directory as
        select m.organization_id, m.id as membership_id, m.role, m.state, m.last_login, m.created_at,
               u.uuid as user_uuid, u.id as user_id, u.email, u.first_name, u.last_name
        from memberships m join users u on u.uuid = m.user_uuid;
      drop table accounts;
    `);
  }

  /** The password of an account that nobody proved may be known to whoever made it: it opens no other organisation. */
  private async leaveUnproved(runner: QueryRunner): Promise<void> {
    const left = (await runner.query(`
      with others as (
        select m.id from memberships m join accounts a on a.id = m.account_id
        where a.proved_at is null
          and exists (select from memberships o where o.account_id = a.id and (o.created_at, o.id) < (m.created_at, m.id))
      ), emptied as (
        update memberships m set account_id = null from others where others.id = m.id
        returning m.id, m.organization_id, m.user_uuid
      ), ended as (
        update sessions s set ended_at = now() from emptied where s.membership_id = emptied.id and s.ended_at is null
      )
      select organization_id, user_uuid from emptied order by 1, 2`)) as {
      organization_id: number;
      user_uuid: string;
    }[];
    for (const { organization_id, user_uuid } of left) {
      await warn(
        runner,
        `user ${user_uuid} has no access to organization ${organization_id} any more: nobody proved the address; invite them`,
      );
    }
    const [unproved] = (await runner.query('select count(*) as n from accounts where proved_at is null')) as {
      n: number;
    }[];
    if (Number(unproved?.n) > 0) {
      await warn(
        runner,
        `${unproved?.n} accounts have an address that nobody proved: no other organisation is joined before it is (select id from accounts where proved_at is null)`,
      );
    }
  }

  private async putInvitedOnRoster(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table invitations
        add column membership_id uuid constraint invitations_membership_key unique
          constraint invitations_membership_fkey references memberships (id),
        alter column email drop not null, alter column first_name drop not null, alter column last_name drop not null,
        alter column role drop not null, alter column invited_by_user_uuid drop not null`);
    const removed = (await runner.query(`
      with ranked as (
        select i.id, exists (select from memberships m where m.organization_id = i.organization_id and m.email = i.email) as known,
               row_number() over (partition by i.organization_id, i.email order by
                 array_position(array['admin', 'office-admin', 'office-employee', 'crew-member'], i.role::text), i.id desc) as place
        from invitations i
      ), gone as (
        delete from invitations i using ranked r where r.id = i.id and (r.known or r.place > 1)
        returning i.id, i.organization_id
      )
      select id, organization_id from gone order by 2, 1`)) as Invited[];
    for (const { id, organization_id } of removed) {
      await warn(
        runner,
        `invitation ${id} of organization ${organization_id} is withdrawn: the address has another, or belongs to a member`,
      );
    }
    const open = (await runner.query('select id from invitations')) as { id: string }[];
    const values = [open.map(({ id }) => id), open.map(() => newId()), open.map(() => newId())];
    const ids = 'unnest($1::uuid[], $2::uuid[], $3::uuid[]) as n (invitation, membership, person)';
    await runner.query(
      `insert into users (uuid, created_at, updated_at)
       select n.person, i.created_at, i.created_at from ${ids} join invitations i on i.id = n.invitation`,
      values,
    );
    await runner.query(
      `insert into memberships (id, organization_id, user_uuid, email, first_name, last_name, role, state, invited_until, created_at, updated_at)
       select n.membership, i.organization_id, n.person, i.email, i.first_name, i.last_name, i.role, 'active', i.expires_at, i.created_at,
              i.created_at
       from ${ids} join invitations i on i.id = n.invitation`,
      values,
    );
    await runner.query(
      `update invitations i set membership_id = n.membership
       from unnest($1::uuid[], $2::uuid[]) as n (invitation, membership) where i.id = n.invitation`,
      values.slice(0, 2),
    );
    if (open.length > 0) await warn(runner, `${open.length} people with open invitations are on the rosters now`);
    await runner.query('drop index invitations_organization_email_idx; drop index invitations_search_idx');
  }
}

/** For as long as the version before runs: it makes people with address and password in `users`, and changes them there. */
const FOLLOW = `
  create function follow_user() returns trigger language plpgsql as $$
  begin
    if new.email is null or new.email like 'api-key:%' then
      return null;
    end if;
    if tg_op = 'INSERT' then
      insert into accounts (id, email, password_hash, created_at, updated_at)
        values (new.uuid, new.email, new.password_hash, new.created_at, new.updated_at);
      return null;
    end if;
    -- What it leaves as it was may have been changed by this version since.
    if new.password_hash is distinct from old.password_hash then
      update accounts set password_hash = new.password_hash, updated_at = new.updated_at where id = new.uuid;
    end if;
    if (new.first_name, new.last_name) is distinct from (old.first_name, old.last_name) then
      update memberships set first_name = new.first_name, last_name = new.last_name where user_uuid = new.uuid;
    end if;
    return null;
  end $$;
  create trigger users_are_followed after insert or update of email, first_name, last_name, password_hash on users
    for each row execute function follow_user();

  -- A second membership is not accepted by being written.
  create function complete_membership() returns trigger language plpgsql as $$
  begin
    select u.email, u.first_name, u.last_name,
           case when not exists (select from memberships where user_uuid = u.uuid) then u.uuid end
      into new.email, new.first_name, new.last_name, new.account_id
      from users u where u.uuid = new.user_uuid;
    return new;
  end $$;
  create trigger memberships_are_completed before insert on memberships
    for each row when (new.email is null) execute function complete_membership();
`;

/** In the log of PostgreSQL, and to the client. */
async function warn(runner: QueryRunner, text: string): Promise<void> {
  await runner.query(`do $$ begin raise warning '${text}'; end $$`);
}
