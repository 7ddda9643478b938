import { newId } from '#libs/common';
import { credentialKinds } from '#libs/credentials';
import { recorded } from './credential-kinds';
import type { Person } from './given';
import type { Answer, HttpClient } from './http';
import { postForm } from './post-form';
import { pdf } from './sample-files';
import { sendReadyFile } from './send-file';
import type { TestApp } from './test-app';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';

/** What those of `givenPapers` say that nobody guesses, by kind; the others say what the document's example does. */
export const CONTENT_OF_PAPERS: Readonly<Record<string, string>> = {
  certificate: 'certificate-number-90210',
  diploma: '2020-06-01T04:05:06.789Z',
  identity_document: 'P0123456A',
};
/** Whoever verifies a paper without a file has to say so. */
export const ORIGINAL_SEEN = { method: 'original_seen' };

/** Values for the `{parameters}` of paths. */
export type Ids = Readonly<Record<string, string | number>>;

/** The answer's body. @throws Error unless it is a 201 */
export function created(answer: Answer): Answer['body'] {
  if (answer.status !== 201) throw new Error(`Expected 201, got ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** A kind of an organisation's own. */
export const OWN_KIND = {
  code: 'CO-INDUCT',
  name: { en: 'Company induction' },
  certificateType: 'other',
  validity: { rule: 'none' },
};

/** A requirement set of an organisation's own, that asks for what nobody in a test has. */
export const OWN_SET = {
  code: 'CLIENT-TERMINAL',
  name: { en: 'Terminal of the client' },
  scope: 'client',
  requirements: [{ code: 'drug-test', level: 'mandatory', basis: 'client', need: { kind: 'MED-DA' } }],
};

/** Where people work. */
export const OWN_VESSEL = { name: 'Nordic Aurora', imo: '9074729', flag: 'NOR', type: 'cargo' };

/** One of everything that a person owns and that has an id, made the way a person makes it; the files can be downloaded. */
export async function givenPapers(app: TestApp, person: Person, owner: HttpClient, titleId: number): Promise<Ids> {
  const uploadId = await sendReadyFile(app, owner, pdf());
  const certificate = {
    certificateType: 'medical',
    certificateNumber: CONTENT_OF_PAPERS['certificate'],
    notes: 'mine',
    uploadId,
  };
  const { id: certificateId } = created(await owner.post(`${CREW}/users/${person.uuid}/certificates`, certificate));
  const { mime: mimeType, filename: name, bytes } = pdf();
  const content = {
    titleId,
    obtainedAt: CONTENT_OF_PAPERS['diploma'],
    attachment: { name, mimeType, size: bytes.length },
  };
  const { diploma, upload, presignedUrl } = created(await owner.post(`${DIPLOMAS}/users/me/diplomas`, content));
  await postForm(upload, bytes, name, mimeType);
  await opens(app.anonymous, presignedUrl);
  const others = credentialKinds().filter(({ isInContract }) => !isInContract);
  return {
    user_id: person.uuid,
    userId: person.id,
    upload_id: uploadId,
    certificate_id: certificateId,
    verification_id: await verificationOf(app, certificateId),
    diplomaId: diploma.id,
    diploma_id: await diplomaUuid(app, diploma.id),
    ...Object.fromEntries(
      await Promise.all(
        others.map(async ({ path, parameter }) => {
          const file = await sendReadyFile(app, owner, pdf());
          return [parameter, (await recorded(app, path, { person, client: owner }, file)).id];
        }),
      ),
    ),
    // Nobody's: whoever has a passkey does not sign in with the password alone, as all others here do.
    passkey_id: newId(),
    // Nobody has one that they made themselves.
    waiver_id: newId(),
    session_id: (await owner.get('/api/v1/shared/users/me/sessions')).body[0].id,
  };
}

/** Contract D does not tell the name that contract C knows a diploma by. */
export async function diplomaUuid(app: TestApp, id: number): Promise<string> {
  const [{ uuid }] = await app.database.query<[{ uuid: string }]>('select uuid from diplomas where id = $1', [id]);
  return uuid;
}

/** The name of a credential in the queue. */
export async function verificationOf(app: TestApp, targetId: string): Promise<string> {
  const [{ id }] = await app.database.query<[{ id: string }]>('select id from verifications where target_id = $1', [
    targetId,
  ]);
  return id;
}

/** The link waits for the checks of its file itself, but not for ever. @throws Error when it leads nowhere */
async function opens(client: HttpClient, link: string): Promise<void> {
  const statuses: number[] = [];
  while (statuses.length < 3) {
    const { status } = await client.get(link);
    if (status === 200) return;
    statuses.push(status);
  }
  throw new Error(`The diploma's link answered ${statuses.join(', ')}`);
}
