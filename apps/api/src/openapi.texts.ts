import { credentialKinds } from '#libs/credentials';
import { catalogueId } from '#libs/kinds';
import { SHIPPED_LAYERS } from '#libs/requirements';

const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Sign-in', 'Get the tokens that every other request needs, renew them, sign out.'],
  ['Invitations', 'People make their account themselves, asked to by mail.'],
  ['Sessions', 'Where people are signed in: see it, end it.'],
  ['Profile', 'The signed-in person: session, own profile.'],
  [
    'Second factor',
    'Passkeys, an authenticator app and recovery codes: what a sign-in needs besides the password, for who wants that.',
  ],
  ['API keys', 'Keys for systems: made by an admin, limited to scopes, used in place of the access token.'],
  ['People', 'People of the organisation and what they are in it.'],
  ['Organisation', "The organisation's settings."],
  ['Diplomas', 'Contract D: diplomas of a person, with their files.'],
  ['Titles', 'Contract D: the names of diplomas that an organisation knows.'],
  [
    'Kinds of papers',
    'What papers there are and the rules for them: a catalogue with its sources, which an organisation can change and add to.',
  ],
  ['Certificates', 'Contract C: certificates of a person, their files and their review.'],
  ['Verification', 'Contract C: how far the papers of a person are, what waits for a decision, decisions on diplomas.'],
  ['Overview', 'For the office: what needs doing today, and the certificates of everybody.'],
  [
    'Particulars',
    'What an organisation knows of its people besides their names; what is asked of them follows from it.',
  ],
  ['Vessels', 'The ships, wards and sites where people work.'],
  [
    'Fitness',
    'May this person go on board, into the ward, on the site on that day, and if not, what is missing? By what is asked of them and by the papers that were verified.',
  ],
  [
    'Requirements',
    'What is asked of people, by sets that come with the product, which an organisation can change and add to; and leave to go without.',
  ],
  ['Uploads', 'Files on their way in: announce, send straight to storage, have it checked.'],
  ['Audit', 'Who did what, and who has read your papers.'],
  ['System', 'For admins: how the installation is, and what has failed of their own.'],
  ['Health', 'For process managers and load balancers.'],
];

/** The tags in the order in which the Swagger UI shows them; those that kinds of credentials bring along come before the review. */
export function tags(): (readonly [name: string, description: string])[] {
  const own = credentialKinds().flatMap(({ tag, tagText }) => (tagText ? [[tag, tagText] as const] : []));
  return TAGS.flatMap((tag) => (tag[0] === 'Verification' ? [...own, tag] : [tag]));
}

export const CONVENTIONS = `A registry of people's diplomas and professional certificates: a professional records a credential and sends its scan
straight to storage, the office verifies or rejects it, partners read it and can trust what they read.

### Two contracts
- **Contract D**, diplomas and titles, under \`/users-organizations/v1/rs\`: ids are integers, \`me\` is the signed-in person, query parameters are
  camelCase. It needs **both** tokens: \`Authorization: Bearer <accessToken>\` and \`x-session-token: <sessionToken>\`.
- **Contract C**, certificates and their verification, under \`/api/v1/crew\`, and uploads under \`/api/v1/shared\`: ids are UUIDs, JSON is camelCase, path and query
  parameters are snake_case. It needs \`Authorization: Bearer <accessToken>\` only.

A person has one name in each: an integer \`id\` and a \`uuid\`.

### Signing in
Send e-mail address and password to \`POST /auth/v1/rs/login/credentials\`, press **Authorize** and enter \`accessToken\` and \`sessionToken\` of the answer; this
page keeps them until you press **Logout** there. The access token is short-lived; \`refreshToken\` brings a new set. After a sign-out all tokens of that sign-in are refused at once.

An account with a second factor gets 401 \`second_factor_required\` there. Send \`secondFactor.token\` of that answer with \`code\` (six digits of the authenticator app, or a recovery code) to
\`POST /auth/v1/rs/login/second-factor/code\`, which answers the tokens. What a passkey signed goes to \`.../passkey\`; this page cannot ask one, the console does.

### Systems
A system uses an API key (\`crd_...\`, made by an admin) in place of the access token. On contract C it acts for itself, for the whole organisation and within its scopes; on contract D it needs the
session token of a person as well and may what both may. Outside its scopes it gets 403 \`scope_missing\`, which names the scope. \`GET /api/v1/shared/api-keys/current\` says what it may do.

### Permissions
Each operation names the permission it needs (\`x-permission\`) and the roles that have it. Staff (\`admin\`, \`office-admin\`, \`office-employee\`) reach everybody of
their organisation, a \`crew-member\` only themselves. What belongs to another organisation, or may not be seen, answers 404, exactly as if it did not exist.

### Values
Timestamps are ISO 8601 in UTC (\`2024-12-05T14:56:23.000Z\`), calendar dates \`YYYY-MM-DD\`. A value that is not there is \`null\`; the key is never missing.
Bodies are \`application/json\`. An unknown field is refused.

### Lists
Contract C pages by cursor: pass \`nextCursor\` of one page as \`cursor\` of the next until \`hasMore\` is false; \`include_count=true\` also counts. Contract D pages by \`page\` and \`pageSize\`;
\`includeCount=true\` adds \`totalCount\`.

### Errors
Every error is \`application/problem+json\` (RFC 9457) with a stable \`code\`; invalid input lists each field in \`errors\`. Quote the \`requestId\` (also in the header
\`x-request-id\`, which you may choose yourself) when you report one. Nothing you sent is ever echoed.

### Limits
Requests are counted per minute, for the person or API key behind them, without a sign-in for the address. \`RateLimit\` says how many are left and for how many seconds,
\`RateLimit-Policy\` how many there are. One too many is answered 429 with \`Retry-After\`.

### Conditions
Every single resource carries an \`ETag\` that changes with every change of it. Send it back as \`If-Match\` with a change, a deletion or a decision, and it fails with 412 when
somebody else was quicker. A credential and its verification share one tag.

### Repetition
Send an \`Idempotency-Key\` of your own making with a POST that creates or decides, and the same key when you repeat it for want of an answer: it is carried out once, and answered with the
first answer again (\`Idempotency-Replayed: true\`) for 24 hours. Another request with the key is 422.`;

interface ParameterText {
  description: string;
  example: string | number;
  schema: object;
}

const INTEGER_ID = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
const UUID = { type: 'string', format: 'uuid' };

/** Path parameters mean the same on every route, but for `WHOSE_PAPERS`. */
const PATH_PARAMETERS: Readonly<Record<string, ParameterText>> = {
  key_id: { description: 'The UUID of an API key', example: '0193a5c2-3333-7b1a-9c3d-2e8f6a4b1c0d', schema: UUID },
  invitation_id: {
    description: 'The UUID of an open invitation',
    example: '0193a5c2-3333-7b1a-9c3d-2e8f6a4b1c0d',
    schema: UUID,
  },
  verification_id: {
    description: 'The UUID of an entry of the queue: `verificationId`',
    example: '01938e7b-1f11-7f0a-b1ad-5d0e9a7c4e33',
    schema: UUID,
  },
  userId: {
    description: 'The integer id of a person, or `me` for the signed-in one',
    example: 'me',
    schema: { anyOf: [{ type: 'string', const: 'me' }, INTEGER_ID] },
  },
  diplomaId: { description: 'The integer id of a diploma', example: 31, schema: INTEGER_ID },
  titleId: { description: 'The integer id of a title', example: 7, schema: INTEGER_ID },
  certificate_kind_id: {
    description: 'The UUID of a kind of paper',
    example: catalogueId('MED-STCW'),
    schema: UUID,
  },
  requirement_set_id: {
    description: 'The UUID of a requirement set',
    example: SHIPPED_LAYERS[0]?.id ?? '',
    schema: UUID,
  },
  vessel_id: {
    description: 'The UUID of a vessel or site',
    example: '0193a5c2-1111-7b1a-9c3d-2e8f6a4b1c0d',
    schema: UUID,
  },
  waiver_id: {
    description: 'The UUID of a waiver',
    example: '0193a5c2-7777-7b1a-9c3d-2e8f6a4b1c0d',
    schema: UUID,
  },
  user_id: { description: 'The UUID of a person', example: '0193a1f0-5b7c-7c1e-9d55-3f0a8f1c2b7e', schema: UUID },
  passkey_id: { description: 'The UUID of a passkey', example: '0193a5c2-4444-7b1a-9c3d-2e8f6a4b1c0d', schema: UUID },
  job_id: { description: 'The integer id of a piece of background work', example: 4711, schema: INTEGER_ID },
  session_id: { description: 'The UUID of a session', example: '0193a5c2-2222-7b1a-9c3d-2e8f6a4b1c0d', schema: UUID },
  upload_id: { description: 'The UUID of an upload', example: '0193a1f1-7d20-7b43-b0c8-52e4c1a9d3f0', schema: UUID },
};

/** Contract C's paths take `me` where they ask whose papers. */
const WHOSE_PAPERS: ParameterText = {
  description: 'The UUID of a person, or `me` for the signed-in one',
  example: 'me',
  schema: { anyOf: [{ type: 'string', const: 'me' }, UUID] },
};

/** Of any path: those above, and the ids of credentials. */
export function textOfParameter(path: string, name: string): ParameterText | undefined {
  if (name === 'user_id' && path.startsWith('/api/v1/crew/')) return WHOSE_PAPERS;
  const kind = credentialKinds().find(({ parameter }) => parameter === name);
  if (!kind) return PATH_PARAMETERS[name];
  return {
    description: `The UUID of ${kind.noun}: \`targetId\` of its verification`,
    example: kind.exampleId,
    schema: UUID,
  };
}
