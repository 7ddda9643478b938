import { type CredentialKind, credentialKinds } from '#libs/credentials';
import type { Person } from './given';
import type { Answer, HttpClient } from './http';
import { committedDocument, routesOf } from './openapi';
import { postForm } from './post-form';
import { pdf } from './sample-files';
import { sendReadyFile } from './send-file';
import type { TestApp } from './test-app';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';

const routes = routesOf(committedDocument());

/** Values for the `{parameters}` of paths. */
export type Ids = Readonly<Record<string, string | number>>;

/** The answer's body. @throws Error unless it is a 201 */
export function created(answer: Answer): Answer['body'] {
  if (answer.status !== 201) throw new Error(`Expected 201, got ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** One of everything that a person owns and that has an id, made the way a person makes it; the files can be downloaded. */
export async function givenPapers(app: TestApp, person: Person, owner: HttpClient, titleId: number): Promise<Ids> {
  const uploadId = await sendReadyFile(app, owner, pdf());
  const certificate = { certificateType: 'medical', notes: 'mine', uploadId };
  const { id: certificateId } = created(await owner.post(`${CREW}/users/${person.uuid}/certificates`, certificate));
  const { mime: mimeType, filename: name, bytes } = pdf();
  const content = {
    titleId,
    obtainedAt: '2020-06-01T00:00:00Z',
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
        others.map(async (kind) => [
          kind.parameter,
          await recordOne(owner, person, kind, await sendReadyFile(app, owner, pdf())),
        ]),
      ),
    ),
    session_id: (await owner.get('/api/v1/shared/users/me/sessions')).body[0].id,
  };
}

/** Records a credential as the API's document shows it, with a file or without; answers its id. */
export async function recordOne(
  client: HttpClient,
  { uuid }: Person,
  { path, parameter }: CredentialKind,
  uploadId: string | null = null,
): Promise<string> {
  const route = routes.find(({ name }) => name === `POST ${CREW}/users/{user_id}/${path}`);
  const example = route?.operation.requestBody?.content['application/json']?.example;
  if (typeof example !== 'object') throw new Error(`openapi.json has no example of what {${parameter}} names`);
  return created(await client.post(`${CREW}/users/${uuid}/${path}`, { ...example, uploadId })).id;
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
