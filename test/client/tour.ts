import createClient from 'openapi-fetch';
import type { components, paths } from '../../apps/console/src/api/schema';

export interface TourSettings {
  /** Where the product listens, for example `http://127.0.0.1:3000`. */
  baseUrl: string;
  member: Credentials;
  reviewer: Credentials;
  /** A title that the organisation knows. */
  titleId: number;
  /** The scan to send, a PDF. */
  scan: Uint8Array<ArrayBuffer>;
}

interface Credentials {
  email: string;
  password: string;
}

export interface TourReport {
  diploma: components['schemas']['DiplomaItemResponse'];
  diplomaFile: Uint8Array;
  certificate: components['schemas']['CertificateResponse'];
  certificateFile: Uint8Array;
  decision: components['schemas']['VerificationResponse'];
  summary: components['schemas']['ProfileSummaryResponse'];
}

/**
 * A day with both contracts, written against nothing but the types generated from openapi.json: a member records a
 * diploma and a certificate with their scans, a reviewer verifies the certificate, the member reads it all back.
 */
export async function tour({ baseUrl, member, reviewer, titleId, scan }: TourSettings): Promise<TourReport> {
  const mine = await signIn(baseUrl, member);
  const office = await signIn(baseUrl, reviewer);

  // Contract D: a diploma, its file sent with the request that came back, and the list with the link to it.
  const written = expectData(
    await mine.POST('/users-organizations/v1/rs/users/{userId}/diplomas', {
      params: { path: { userId: 'me' } },
      body: {
        titleId,
        obtainedAt: '2024-12-05T14:56:23.000Z',
        attachment: { name: 'diploma.pdf', mimeType: 'application/pdf', size: scan.length },
      },
    }),
  );
  if (!written.upload) throw new Error('A diploma with an attachment comes with an upload');
  await sendFile(written.upload, scan, 'diploma.pdf');
  const diplomaFile = await download(written.presignedUrl);
  const diplomas = expectData(
    await mine.GET('/users-organizations/v1/rs/users/{userId}/diplomas', {
      params: { path: { userId: 'me' }, query: { extend: ['presigned-url', 'actions-info'], includeCount: true } },
    }),
  );

  // Contract C: a file, announced, sent and checked; a certificate that points at it.
  const intent = expectData(
    await mine.POST('/api/v1/shared/uploads/intent', {
      body: { kind: 'certificate', mime: 'application/pdf', size: scan.length, filename: 'certificate.pdf' },
    }),
  );
  await sendFile(intent.presignedPost, scan, 'certificate.pdf');
  expectData(
    await mine.POST('/api/v1/shared/uploads/{upload_id}/finalize', {
      params: { path: { upload_id: intent.uploadId } },
    }),
  );
  const me = expectData(await mine.GET('/api/v1/shared/users/me'));
  const { id } = expectData(
    await mine.POST('/api/v1/crew/users/{user_id}/certificates', {
      params: { path: { user_id: me.id } },
      body: {
        certificateType: 'stcw_basic_safety',
        certificateNumber: 'BST-2024-55231',
        issuingAuthority: 'Norwegian Maritime Authority',
        issueDate: '2024-05-02',
        uploadId: intent.uploadId,
      },
    }),
  );

  // The office reads it and decides on exactly what it read.
  const read = await office.GET('/api/v1/crew/certificates/{certificate_id}', {
    params: { path: { certificate_id: id } },
  });
  const scanned = expectData(
    await office.GET('/api/v1/crew/certificates/{certificate_id}/download', {
      params: { path: { certificate_id: id } },
    }),
  );
  await download(scanned.url);
  const decision = expectData(
    await office.POST('/api/v1/crew/certificates/{certificate_id}/verify', {
      params: { path: { certificate_id: id }, header: { 'If-Match': read.response.headers.get('etag') ?? '' } },
    }),
  );

  const certificate = expectData(
    await mine.GET('/api/v1/crew/certificates/{certificate_id}', { params: { path: { certificate_id: id } } }),
  );
  const summary = expectData(
    await mine.GET('/api/v1/crew/users/{user_id}/verification', { params: { path: { user_id: me.id } } }),
  );
  const link = expectData(
    await mine.GET('/api/v1/crew/certificates/{certificate_id}/download', { params: { path: { certificate_id: id } } }),
  );
  const [diploma] = diplomas.data;
  if (!diploma) throw new Error('The diploma is not in the list');
  return { diploma, diplomaFile, certificate, certificateFile: await download(link.url), decision, summary };
}

/** A client that carries both tokens; contract C ignores the second. */
async function signIn(baseUrl: string, { email, password }: Credentials) {
  const client = createClient<paths>({ baseUrl });
  const { data } = expectData(await client.POST('/auth/v1/rs/login/credentials', { body: { email, password } }));
  client.use({
    onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${data.accessToken}`);
      request.headers.set('x-session-token', data.sessionToken);
    },
  });
  return client;
}

/** @throws Error with the problem's code, which is what a client decides on. */
function expectData<T>({ data, error }: { data?: T; error?: components['schemas']['Problem'] }): T {
  if (error) throw new Error(`${error.status} ${error.code}: ${error.detail}`);
  return data as T;
}

/** Straight to storage, as a browser's form: the fields first, the bytes last. */
async function sendFile(
  { url, fields }: components['schemas']['PresignedPostResponse'],
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): Promise<void> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([bytes], { type: 'application/pdf' }), name);
  const answer = await fetch(url, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`The storage answered ${answer.status}`);
}

async function download(url: string): Promise<Uint8Array> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The storage answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
