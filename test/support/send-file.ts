import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadStatus } from '#libs/uploads';
import type { HttpClient } from './http';
import { postForm } from './post-form';
import type { SampleFile } from './sample-files';
import type { TestApp } from './test-app';

const UPLOADS = '/api/v1/shared/uploads';
const LOOK_AGAIN_MS = 20;
const GIVE_UP_MS = 60_000;

/** Brings a file in as a client does: announces it, posts it to storage and finalizes it. Answers the upload's id. */
export async function sendFile(client: HttpClient, file: SampleFile, kind = 'certificate'): Promise<string> {
  const { mime, filename, bytes } = file;
  const intent = await client.post(`${UPLOADS}/intent`, { kind, mime, filename, size: bytes.length });
  if (intent.status !== 201) throw new Error(`The intent answered ${intent.status}: ${intent.text}`);
  const { uploadId, presignedPost } = intent.body;
  const sent = await postForm(presignedPost, bytes, filename, mime);
  if (sent.status !== 204) throw new Error(`Storage answered ${sent.status}: ${sent.text}`);
  const finalized = await client.post(`${UPLOADS}/${uploadId}/finalize`);
  if (finalized.status !== 200) throw new Error(`finalize answered ${finalized.status}: ${finalized.text}`);
  return uploadId as string;
}

/** The same, and waits for the checks. @throws Error when the file does not become ready */
export async function sendReadyFile(
  app: TestApp,
  client: HttpClient,
  file: SampleFile,
  kind?: string,
): Promise<string> {
  const id = await sendFile(client, file, kind);
  const status = await checked(app, id);
  if (status !== 'ready') throw new Error(`The upload is ${status}`);
  return id;
}

/** Waits until the checks of an upload are done. Looks into the database: reading over HTTP is recorded in the trail. */
export async function checked(app: TestApp, uploadId: string): Promise<UploadStatus> {
  for (let waited = 0; waited < GIVE_UP_MS; waited += LOOK_AGAIN_MS) {
    const [row] = await app.database.query<{ status: UploadStatus }[]>('select status from uploads where id = $1', [
      uploadId,
    ]);
    if (row && row.status !== 'pending' && row.status !== 'uploaded') return row.status;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error('The checks of the upload did not end');
}
