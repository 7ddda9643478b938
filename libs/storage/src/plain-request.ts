import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';

const TIMEOUT_MS = 8_000;

/** What a service answered, as far as anybody wants to know. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer;
  /** See S3Settings. */
  ca?: string;
}

/** One request as a client of the product would send it: unsigned, once, but with the authority of S3_CA_FILE, which fetch cannot be told. */
export function sendPlain(
  url: string,
  { method = 'GET', headers = {}, body, ca }: RawRequest = {},
): Promise<RawAnswer> {
  const isTls = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const outgoing = (isTls ? httpsRequest : httpRequest)(url, {
      method,
      headers: body ? { ...headers, 'content-length': body.length } : headers,
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(isTls && ca ? { ca: [...rootCertificates, ca] } : {}),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.end(body);
  });
}

/** Sends a file with a presigned form. */
export async function postPresigned(
  { url, fields }: { url: string; fields: Record<string, string> },
  file: { bytes: Buffer; contentType: string },
  ca?: string,
): Promise<RawAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(file.bytes)], { type: file.contentType }), 'probe');
  const encoded = new Response(form);
  const contentType = encoded.headers.get('content-type') ?? '';
  const body = Buffer.from(await encoded.arrayBuffer());
  return sendPlain(url, { method: 'POST', headers: { 'content-type': contentType }, body, ca });
}
