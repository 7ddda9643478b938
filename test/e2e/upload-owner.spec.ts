import { Client } from 'pg';
import { newId } from '#libs/common';
import { ownerSql, Upload } from '#libs/uploads';

const sender = newId();
const CASES = Object.entries({ nobody: null, 'who sent it': sender, 'somebody else': newId() }).flatMap(
  ([named, ownerUserUuid]) =>
    [true, false].map((sentByOffice) => ({ named, ownerUserUuid, sentByOffice, uploadedByUserUuid: sender })),
);

let database: Client;

beforeAll(async () => {
  database = new Client({ connectionString: process.env['TEST_POSTGRES_URL'] });
  await database.connect();
});
afterAll(() => database?.end());

// The rule is written down twice: of a row that has been read, and for statements that look for rows.
it.each(CASES)(
  'the owner of a file that names $named, from the office $sentByOffice, is the same to a statement as to the code',
  async (row) => {
    const { rows } = await database.query(
      `select ${ownerSql('upload')} as owner
     from (values ($1::uuid, $2::boolean, $3::uuid)) as upload (owner_user_uuid, sent_by_office, uploaded_by_user_uuid)`,
      [row.ownerUserUuid, row.sentByOffice, row.uploadedByUserUuid],
    );
    expect(rows).toEqual([{ owner: Object.assign(new Upload(), row).owner }]);
  },
);
