const UNKNOWN_AUTHORITY =
  "an authority that Node does not know signed its certificate; name the file with that authority's certificate in the URL, as sslrootcert";
const UNKNOWN_HOST = 'its host is unknown';
const NO_ANSWER = 'no answer';
const NO_WAY = 'no way leads there';
const UNREADABLE = 'a file that the URL names, as sslrootcert, sslcert or sslkey, cannot be read';

/** "Error Codes" of the PostgreSQL documentation, errno(3), and those of Node's TLS. */
const BY_CODE: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it broke the connection off',
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  ENOENT: UNREADABLE,
  EACCES: UNREADABLE,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name than the URL has',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  '42501': 'its role may not connect to it',
  '53300': 'it has no connection free',
  '55000': 'it takes no connections just now',
  '57P03': 'it is starting or shutting down',
  '08P01': 'the pooler in front of it refuses a setting; see "Behind PgBouncer" in docs/operations.md',
};

/** What has no code of its own, by what pg or the server says. */
const BY_TEXT: [RegExp, string][] = [
  [
    /does not support SSL/i,
    'it does not speak TLS, which sslmode in the URL asks for: switch it on there (`ssl = on`), or leave sslmode out where the network is your own',
  ],
  [/no encryption|SSL off/i, 'it takes connections with TLS only: add `sslmode=verify-full` to the URL'],
  [/password must be a (non-empty )?string/, 'it asks for a password, and the URL has none'],
  [/timeout/i, NO_ANSWER],
  [/Connection terminated/, 'it broke the connection off: is it a PostgreSQL that listens there?'],
];

/** Why a connection could not be made, in a clause; null when nobody knows. Names no value. */
export function databaseFailureReason(error: unknown): string | null {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return BY_TEXT.find(([text]) => text.test(message))?.[1] ?? BY_CODE[code] ?? null;
}
