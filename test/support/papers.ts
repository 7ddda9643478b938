import type { Person } from './given';
import type { Answer, HttpClient } from './http';
import { postForm } from './post-form';
import { pdf } from './sample-files';
import type { TestApp } from './test-app';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';

/** Values for the `{parameters}` of paths. */
export type Ids = Readonly<Record<string, string | number>>;

/** The answer's body. @throws Error unless it is a 201 */
export function created(answer: Answer): Answer['body'] {
  if (answer.status !== 201) throw new Error(`Expected 201, got ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** A file that has arrived, not finalized yet. */
async function givenArrivedFile(owner: HttpClient): Promise<string> {
  const { mime, filename, bytes } = pdf();
  const announced = { kind: 'certificate', mime, size: bytes.length, filename };
  const intent = created(await owner.post('/api/v1/shared/uploads/intent', announced));
  await postForm(intent.presignedPost, bytes, filename, mime);
  return intent.uploadId;
}

/** One of everything that a person owns and that has an id, made the way a person makes it; the files can be downloaded. */
export async function givenPapers(app: TestApp, person: Person, owner: HttpClient, titleId: number): Promise<Ids> {
  const uploadId = await givenArrivedFile(owner);
  await owner.post(`/api/v1/shared/uploads/${uploadId}/finalize`);
  await becomes('ready', async () => (await owner.get(`/api/v1/shared/uploads/${uploadId}`)).body.status);
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
  await becomes(200, async () => (await app.anonymous.get(presignedUrl)).status);
  return {
    user_id: person.uuid,
    userId: person.id,
    upload_id: uploadId,
    certificate_id: certificateId,
    diplomaId: diploma.id,
    diploma_id: await diplomaUuid(app, diploma.id),
    session_id: (await owner.get('/api/v1/shared/users/me/sessions')).body[0].id,
  };
}

/** Contract D does not tell the name that contract C knows a diploma by. */
export async function diplomaUuid(app: TestApp, id: number): Promise<string> {
  const [{ uuid }] = await app.database.query<[{ uuid: string }]>('select uuid from diplomas where id = $1', [id]);
  return uuid;
}

/** Checks of files may take a moment. @throws Error when it does not happen */
async function becomes<T>(wanted: T, look: () => Promise<T>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if ((await look()) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Not ${String(wanted)} in time`);
}
