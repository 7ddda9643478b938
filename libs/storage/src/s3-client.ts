import { rootCertificates } from 'node:tls';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '#libs/config';

/** For a connection, DNS and TLS included. */
const CONNECTION_TIMEOUT_MS = 3_000;
/** From the request to the head of the answer. */
const ANSWER_TIMEOUT_MS = 5_000;
/** A body that stands still this long has broken off. Longer than whoever reads it may pause. */
const SILENCE_TIMEOUT_MS = 20_000;
const ATTEMPTS = 3;

/** A client that never waits for ever: the SDK's own default does. */
export function createS3Client({ region, endpoint, forcePathStyle, credentials, ca }: S3Settings): S3Client {
  const client = new S3Client({
    region,
    forcePathStyle,
    // The SDK refuses an explicit undefined here; without credentials it asks the AWS default chain.
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: ATTEMPTS,
    // Otherwise the SDK signs the checksum of an empty body into presigned requests.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      // Otherwise a late answer is a warning on the console, and is waited for.
      throwOnRequestTimeout: true,
      socketTimeout: SILENCE_TIMEOUT_MS,
      ...(ca ? { httpsAgent: { ca: [...rootCertificates, ca] } } : {}),
    },
  });
  if (forcePathStyle) addressBucketWithoutSlash(client);
  return client;
}

/** The SDK asks for `/bucket/`; some servers take that for an object with an empty name. */
function addressBucketWithoutSlash(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { path?: string };
      if (request.path && request.path.length > 1) request.path = request.path.replace(/\/$/, '');
      return next(args);
    },
    { step: 'build', name: 'addressBucketWithoutSlash' },
  );
}
