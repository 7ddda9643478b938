import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Named {
  id: number;
  organization_id: number;
  name: string;
}

/**
 * Titles are compared by what a reader sees, and e-mail addresses are kept in one normal form (NFC). What was there already stays: of titles
 * that look alike the oldest has the name, the others have none until they are renamed; of addresses that differ in form only, the one in
 * the other form is left and can no longer be signed in with. Both are told as warnings, people by their ids. The version before reads and
 * writes as it did: it leaves `folded_name` empty.
 */
export class FoldedNames1795908100001 implements MigrationInterface {
  name = 'FoldedNames1795908100001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table titles add column folded_name text;
      alter table titles add constraint titles_organization_folded_name_key unique (organization_id, folded_name);
    `);
    const titles = (await runner.query('select id, organization_id, name from titles order by id')) as Named[];
    const first = new Map<string, Named>();
    for (const title of titles) {
      const key = `${title.organization_id} ${folded(title.name)}`;
      const holder = first.get(key);
      if (holder) await warn(runner, `title ${title.id} looks like title ${holder.id}: rename or delete one`);
      else first.set(key, title);
    }
    const holders = [...first.values()];
    await runner.query(
      `update titles set folded_name = n.folded
       from unnest($1::bigint[], $2::text[]) as n (id, folded) where titles.id = n.id`,
      [holders.map(({ id }) => id), holders.map(({ name }) => folded(name))],
    );
    await runner.query(`
      update users u set email = normalize(u.email, nfc)
      where u.email is not nfc normalized
        and u.uuid = (select min(o.uuid::text)::uuid from users o where normalize(o.email, nfc) = normalize(u.email, nfc))
        and not exists (select from users o where o.email = normalize(u.email, nfc))`);
    const left = (await runner.query('select uuid from users where email is not nfc normalized')) as { uuid: string }[];
    for (const { uuid } of left) await warn(runner, `user ${uuid} has the e-mail address of another in another form`);
    await runner.query('update invitations set email = normalize(email, nfc) where email is not nfc normalized');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table titles drop column folded_name');
  }
}

/** `foldName` of libs/common as it was. */
function folded(name: string): string {
  const seen = name.normalize('NFKC').replace(/[\p{Default_Ignorable_Code_Point}\u2800]/gu, '');
  return seen.replace(/\s+/gu, ' ').trim().toUpperCase().toLowerCase().normalize('NFC');
}

/** In the log of PostgreSQL, and to the client. */
async function warn(runner: QueryRunner, text: string): Promise<void> {
  await runner.query(`do $$ begin raise warning '${text}'; end $$`);
}
