import type { S3Settings } from '#libs/config';

/** By the code that the service answers. Servers word their messages differently. */
const BY_SERVICE: Record<string, string> = {
  InvalidAccessKeyId: 'the service does not know the access key: S3_ACCESS_KEY_ID is wrong, or the key was removed',
  SignatureDoesNotMatch: 'the secret does not belong to the access key: S3_SECRET_ACCESS_KEY is wrong',
  AccessDenied: 'the access key may not do this: its policy lacks the right',
  NoSuchBucket: 'there is no such bucket: S3_BUCKET is wrong, or it is yet to be made',
  RequestTimeTooSkewed: "this machine's clock differs too much from the service's: let the machine keep time by NTP",
  ExpiredToken: 'the session token has expired: S3_SESSION_TOKEN needs a new one, with its key',
  InvalidToken: 'the session token is not valid for this key: S3_SESSION_TOKEN is wrong',
  PermanentRedirect: 'the bucket is in another region or at another endpoint: S3_REGION or S3_ENDPOINT is wrong',
  AuthorizationHeaderMalformed: 'the bucket is in another region: S3_REGION is wrong',
  InvalidBucketName: 'S3_BUCKET is not a possible name of a bucket',
  NotImplemented: 'the service does not know this',
  MethodNotAllowed: 'the service does not know this',
};

const BY_CONNECTION: Record<string, string> = {
  ECONNREFUSED: 'nothing listens at the endpoint: S3_ENDPOINT is wrong, or the service is down',
  ECONNRESET: 'the service broke off the connection',
  ENOTFOUND: "the endpoint's host is unknown: S3_ENDPOINT is wrong, or S3_FORCE_PATH_STYLE=true is missing",
  EAI_AGAIN: "the name of the endpoint's host cannot be looked up just now",
  EHOSTUNREACH: 'no way leads to the endpoint',
  ETIMEDOUT: 'no answer in time: S3_ENDPOINT is wrong, a firewall is between, or the service is down',
  EPROTO: 'the endpoint does not speak TLS: S3_ENDPOINT should begin with http://',
  CERT_HAS_EXPIRED: "the endpoint's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the endpoint's certificate is for another name than S3_ENDPOINT has",
};

const UNKNOWN_AUTHORITY =
  "an authority that Node does not know signed the endpoint's certificate: S3_CA_FILE must name the file with that authority's certificate";

/** Why a request to the service failed, in a clause for the person who has set it up. Names settings, never their values. */
export function s3FailureReason(error: unknown): string {
  const {
    name = '',
    message = '',
    code,
    cause,
    $metadata,
  } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (cause) return s3FailureReason(cause);
  if (code && isUnknownAuthority(code)) return UNKNOWN_AUTHORITY;
  if (name === 'CredentialsProviderError') {
    return 'there is no access key: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give the machine a role';
  }
  if (name === 'TimeoutError' || name === 'AbortError') return BY_CONNECTION['ETIMEDOUT'] as string;
  // Where the SDK wraps an error, its code is left in the text only.
  const connection = Object.keys(BY_CONNECTION).find((known) => known === code || message.includes(known));
  const known = BY_SERVICE[name] ?? (connection ? BY_CONNECTION[connection] : undefined);
  if (known) return known;
  const status = $metadata?.httpStatusCode;
  return status ? `the service answered ${status} ${name}` : `${name} ${code ?? ''} ${message}`.trim();
}

/** True when the service itself says that it cannot do such a thing, or keeps it from this key: nothing is known then. */
export function isUnanswered(error: unknown): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status === 403 || status === 405 || status === 501 || name === 'NotImplemented' || name === 'MethodNotAllowed';
}

/** The service as a person would name it. */
export function s3Place({ bucket, prefix, endpoint, region }: S3Settings): string {
  return `the bucket ${bucket}${prefix ? `, below ${prefix}` : ''}, at ${endpoint ?? `AWS, region ${region}`}`;
}

function isUnknownAuthority(code: string): boolean {
  return /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER))/.test(code);
}
