import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every paper that an upload is or was the file of, the first one sent in with it before the others. */
const PAPERS = `
  select s.upload_id, v.user_uuid, 0 as rank, s.submitted_at as at, s.id
  from submissions s join verifications v on v.id = s.verification_id where s.upload_id is not null
  union all select upload_id, user_uuid, 1, created_at, id from certificates where upload_id is not null
  union all select upload_id, user_uuid, 1, created_at, uuid from diplomas where upload_id is not null
  union all select upload_id, user_uuid, 1, created_at, id from identity_documents where upload_id is not null`;

/**
 * A file belongs to the person whose paper it is. Files that somebody else sent get that person as their owner; of several the one whose paper had
 * it first, and the papers of the others keep it. What staff, former staff and API keys sent and no paper has yet is nobody's own. Told as warnings
 * are the files of several people, and those that former staff can no longer use. The version before leaves the new columns empty: its uploads
 * are their senders'.
 */
export class OwnersOfFiles1795910800000 implements MigrationInterface {
  name = 'OwnersOfFiles1795910800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table uploads
        add column owner_user_uuid uuid constraint uploads_owner_fkey references users (uuid),
        add column sent_by_office boolean not null default false,
        add column api_key_id uuid;
      create temporary table papers_of_files on commit drop as ${PAPERS};
      update uploads u set owner_user_uuid = p.user_uuid
      from (select distinct on (upload_id) upload_id, user_uuid from papers_of_files order by upload_id, rank, at, id) p
      where p.upload_id = u.id and p.user_uuid <> u.uploaded_by_user_uuid;
    `);
    const shared = (await runner.query(
      'select upload_id as id from papers_of_files group by upload_id having count(distinct user_uuid) > 1 order by 1',
    )) as { id: string }[];
    for (const { id } of shared) {
      await warn(
        runner,
        `upload ${id} is the file of papers of several people: it belongs to the one who had it first`,
      );
    }
    const left = (await runner.query(`
      with crew as (
        select organization_id, user_uuid from memberships where role = 'crew-member'
      ), free as (
        update uploads u set sent_by_office = true
        where not exists (select from papers_of_files p where p.upload_id = u.id)
          and (not exists (select from crew c where (c.organization_id, c.user_uuid) = (u.organization_id, u.uploaded_by_user_uuid))
            or exists (select from uploads o where o.organization_id = u.organization_id
              and o.uploaded_by_user_uuid = u.uploaded_by_user_uuid and o.owner_user_uuid is not null))
        returning u.id, u.organization_id, u.uploaded_by_user_uuid
      )
      select id from free join crew c on (c.organization_id, c.user_uuid) = (free.organization_id, free.uploaded_by_user_uuid)
      order by id`)) as { id: string }[];
    for (const { id } of left) {
      await warn(runner, `upload ${id} of no paper was sent by former staff: only staff can use it now`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table uploads drop column owner_user_uuid, drop column sent_by_office, drop column api_key_id',
    );
  }
}

/** In the log of PostgreSQL, and to the client. */
async function warn(runner: QueryRunner, text: string): Promise<void> {
  await runner.query(`do $$ begin raise warning '${text}'; end $$`);
}
