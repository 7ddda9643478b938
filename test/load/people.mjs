// The people who ask in a measurement: real sign-ins at the product.
import { PASSWORD, setPassword } from './data.mjs';

const STAFF = 4;
/** The oldest of each person, the one with a file among them; those who create certificates have thousands after a while. */
const CERTIFICATES = 20;

/** `count` crew members with the certificates they have, some of the staff, and the titles of diplomas. */
export async function signEverybodyIn(stack, organization, count) {
  const addresses = (name, many) => Array.from({ length: many }, (_, i) => `${name}${i + 1}@bench.example.org`);
  const [crewAddresses, staffAddresses] = [addresses('crew', count), addresses('staff', STAFF)];
  await setPassword(stack.database, [...crewAddresses, ...staffAddresses]);
  const all = (emails) => Promise.all(emails.map((email) => signIn(stack.product.url, email)));
  const [crew, staff] = [await all(crewAddresses), await all(staffAddresses)];
  const { rows: titles } = await stack.database.query('select id from titles where organization_id = $1', [
    organization,
  ]);
  for (const person of crew) {
    const { rows } = await stack.database.query(
      'select id, upload_id from certificates where user_uuid = $1 order by id limit $2',
      [person.uuid, CERTIFICATES],
    );
    person.certificates = rows.map(({ id }) => id);
    person.withFile = rows.filter((row) => row.upload_id).map(({ id }) => id);
  }
  return { crew, staff, titles: titles.map(({ id }) => Number(id)) };
}

export async function signIn(url, email) {
  const answer = await fetch(`${url}/auth/v1/rs/login/credentials`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (answer.status !== 201) throw new Error(`${email} could not sign in: ${await answer.text()}`);
  const { accessToken, sessionToken } = (await answer.json()).data;
  const { sub: uuid } = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
  return {
    email,
    password: PASSWORD,
    uuid,
    headers: { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken },
  };
}
