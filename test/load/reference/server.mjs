// The measure: what a careful engineer writes by hand for the same work. Fastify and `pg`, the same statements on the same tables, the
// same checks of tokens and sessions, the same answers; nothing else: no documentation, no modules, no limits, no security headers.
import argon2 from '@node-rs/argon2';
import Fastify from 'fastify';
import { createHash, createHmac, createPublicKey, generateKeyPairSync, sign as signBytes, verify } from 'node:crypto';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import * as sql from './statements.mjs';

// bigint as number, date as text, as the answers want them.
pg.types.setTypeParser(20, Number);
pg.types.setTypeParser(1082, (text) => text);

const { PORT, DATABASE_URL, JWKS_URL, SIGNED_URL_KEY } = process.env;
// As the product keeps its connections (ADR 0102).
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10, idleTimeoutMillis: 10 * 60_000 });
const keys = new Map();
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
keys.set('own', own.publicKey);
for (const jwk of (await (await fetch(JWKS_URL)).json()).keys) {
  keys.set(jwk.kid, createPublicKey({ key: jwk, format: 'jwk' }));
}
const NOT_NULL_VIOLATION = '23502';
/** Verified by a failed sign-in, so that it takes as long as one with an account. */
const SESSION_MS = 30 * 86_400_000;

const server = Fastify({ bodyLimit: 256 * 1024, genReqId: () => uuidv7() });

class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
  }
}
server.setErrorHandler((error, request, reply) => {
  const status = error.status ?? error.statusCode ?? 500;
  reply.code(status).type('application/problem+json').send({ status, code: error.message, requestId: request.id });
});

// Statements are prepared once per connection and then named.
const run = (client, name, values) => client.query({ name, text: sql[name], values });
const firstRows = async (name, limit, values) =>
  (await pool.query({ name: `${name}${limit}`, text: `${sql[name]} ${limit}`, values })).rows;
const one = async (client, name, values) => (await run(client, name, values)).rows[0];

async function transaction(work) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

// --- who is asking

const ROLES = {
  read: ['crew-member', 'office-employee', 'office-admin', 'admin'],
  review: ['office-employee', 'office-admin', 'admin'],
};

function claimsOf(token, type, audience) {
  const [head, body, signature] = (token ?? '').split('.');
  if (!signature) throw new Refused(401, 'not_signed_in');
  const header = JSON.parse(Buffer.from(head, 'base64url'));
  const key = keys.get(header.kid);
  if (header.alg !== 'ES256' || header.typ !== type || !key) throw new Refused(401, 'not_signed_in');
  const bytes = Buffer.from(signature, 'base64url');
  if (!verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, bytes)) {
    throw new Refused(401, 'not_signed_in');
  }
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  if (claims.aud !== audience || claims.exp * 1000 <= Date.now()) throw new Refused(401, 'not_signed_in');
  return claims;
}

async function actorOf(request, permission) {
  const bearer = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const { sid, sub } = claimsOf(bearer, 'at+jwt', 'credence-access');
  const actor = await one(pool, 'findSignedIn', [sid, new Date()]);
  if (!actor || actor.userUuid !== sub) throw new Refused(401, 'not_signed_in');
  if (!ROLES[permission].includes(actor.role)) throw new Refused(403, 'not_permitted');
  actor.isStaff = actor.role !== 'crew-member';
  actor.requestId = request.id;
  actor.address = request.ip;
  return actor;
}

function requireSessionToken(request, actor) {
  const { sessionId, userId } = claimsOf(request.headers['x-session-token'], 'st+jwt', 'credence-session');
  if (sessionId !== actor.sessionId || userId !== actor.userId) throw new Refused(401, 'session_token_invalid');
}

function token(typ, aud, claims, seconds) {
  const iat = Math.floor(Date.now() / 1000);
  const head = Buffer.from(JSON.stringify({ alg: 'ES256', typ, kid: 'own' })).toString('base64url');
  const body = Buffer.from(JSON.stringify({ ...claims, iat, exp: iat + seconds, aud, jti: uuidv7() })).toString(
    'base64url',
  );
  const options = { key: own.privateKey, dsaEncoding: 'ieee-p1363' };
  return `${head}.${body}.${signBytes('sha256', Buffer.from(`${head}.${body}`), options).toString('base64url')}`;
}

// --- the trail

const KEPT = new Set([
  'certificateType',
  'issueDate',
  'expiryDate',
  'uploadId',
  'verificationStatus',
  'titleId',
  'obtainedAt',
  'status',
  'kind',
]);

/** What the two statements of the trail take. */
function recordsOf(actor, ...events) {
  const written = events.map((event) => recordOf(actor, event));
  return [JSON.stringify(written.map(({ row }) => row)), JSON.stringify(written.flatMap(({ values }) => values))];
}

const record = (client, actor, event) => run(client, 'recordAudit', recordsOf(actor, event));

function recordOf(actor, { action, targetType, targetId, subject, changes = {}, details = {} }) {
  const id = uuidv7();
  const values = [];
  const kept = {};
  for (const [field, { before = null, after = null }] of Object.entries(changes)) {
    kept[field] = KEPT.has(field) ? { before, after } : null;
    if (!KEPT.has(field)) values.push({ auditRecordId: id, field, personUuid: subject, before, after });
  }
  values.push({
    auditRecordId: id,
    field: 'client.address',
    personUuid: actor.userUuid,
    before: null,
    after: actor.address,
  });
  const row = {
    id,
    organizationId: actor.organizationId,
    at: new Date(),
    actorKind: 'person',
    actorUuid: actor.userUuid,
    sessionId: actor.sessionId,
    action,
    targetType,
    targetId,
    requestId: actor.requestId,
    details,
    subjectUserUuid: subject,
    changes: kept,
  };
  return { row, values };
}

const created = (fields) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, after]) => (after === null ? [] : [[name, { after: String(after) }]])),
  );

// --- certificates

const DAY_MS = 86_400_000;
const formatters = new Map();

function today(timeZone) {
  if (!formatters.has(timeZone)) formatters.set(timeZone, new Intl.DateTimeFormat('en-CA', { timeZone }));
  return formatters.get(timeZone).format(new Date());
}

function statusOf(expiryDate, { timeZone, expiringSoonDays }) {
  if (expiryDate === null) return 'valid';
  const days = (Date.parse(expiryDate) - Date.parse(today(timeZone))) / DAY_MS;
  return days < 0 ? 'expired' : days <= expiringSoonDays ? 'expiring_soon' : 'valid';
}

function duplicateOf(row, actor) {
  if (!row.duplicateTargetId) return null;
  const isVisible = actor.isStaff || row.duplicateUserUuid === actor.userUuid;
  return isVisible
    ? { targetType: row.duplicateTargetType, targetId: row.duplicateTargetId }
    : { targetType: null, targetId: null };
}

const toCertificate = (row, actor) => ({
  id: row.id,
  certificateType: row.certificateType,
  certificateNumber: row.certificateNumber,
  issuingAuthority: row.issuingAuthority,
  issueDate: row.issueDate,
  expiryDate: row.expiryDate,
  uploadId: row.uploadId,
  fileStatus: row.fileStatus,
  uploadedByUserId: row.uploadedBy,
  notes: row.notes,
  status: statusOf(row.expiryDate, actor),
  verification: {
    targetType: 'certificate',
    targetId: row.id,
    status: row.reviewStatus,
    rejectionReason: row.rejectionReason,
    reviewedAt: row.reviewedAt,
    verifiedName: row.verifiedName,
  },
  duplicateOf: duplicateOf(row, actor),
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

// Not `anyOf`: the compiled serialiser would try each alternative for every value.
const nullable = (schema) => ({ ...schema, nullable: true });
const text = { type: 'string' };
const instant = { type: 'string', format: 'date-time' };
const duplicateSchema = nullable({
  type: 'object',
  properties: { targetType: nullable(text), targetId: nullable(text) },
});
const certificateSchema = {
  type: 'object',
  properties: {
    id: text,
    certificateType: text,
    certificateNumber: nullable(text),
    issuingAuthority: nullable(text),
    issueDate: nullable(text),
    expiryDate: nullable(text),
    uploadId: nullable(text),
    fileStatus: nullable(text),
    uploadedByUserId: text,
    notes: nullable(text),
    status: text,
    verification: {
      type: 'object',
      properties: {
        targetType: text,
        targetId: text,
        status: text,
        rejectionReason: nullable(text),
        reviewedAt: nullable(instant),
        verifiedName: nullable(text),
      },
    },
    duplicateOf: duplicateSchema,
    createdAt: instant,
    updatedAt: instant,
  },
};
const certificateBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    certificateType: {
      enum: [
        'stcw_basic_safety',
        'deck_certificate',
        'gmdss_endorsement',
        'oil_tanker_endorsement',
        'medical',
        'flag_certificate',
        'other',
      ],
    },
    certificateNumber: { type: ['string', 'null'], maxLength: 100 },
    issuingAuthority: { type: ['string', 'null'], maxLength: 200 },
    issueDate: { type: ['string', 'null'], format: 'date' },
    expiryDate: { type: ['string', 'null'], format: 'date' },
    uploadId: { type: ['string', 'null'], format: 'uuid' },
    notes: { type: ['string', 'null'], maxLength: 2000 },
  },
};

/** The event of the trail that goes with a submission. */
const submitted = (target, person, before, number) => ({
  action: 'verification.submit',
  targetType: target.type,
  targetId: target.id,
  subject: person,
  changes: before === 'pending' ? {} : { verificationStatus: { before, after: 'pending' } },
  details: { submission: number },
});

const snapshotOf = (c) => ({
  certificateType: c.certificateType,
  certificateNumber: c.certificateNumber,
  issuingAuthority: c.issuingAuthority,
  issueDate: c.issueDate,
  expiryDate: c.expiryDate,
  uploadId: c.uploadId,
});

server.post(
  '/api/v1/crew/users/:person/certificates',
  { schema: { body: { ...certificateBody, required: ['certificateType'] }, response: { 201: certificateSchema } } },
  async (request, reply) => {
    const actor = await actorOf(request, 'read');
    const { person } = request.params;
    if (person !== actor.userUuid) throw new Refused(404, 'person_not_found');
    const now = new Date();
    const dto = request.body;
    if (dto.issueDate && dto.expiryDate && dto.expiryDate < dto.issueDate)
      throw new Refused(422, 'expiry_before_issue');
    const row = {
      id: uuidv7(),
      certificateType: dto.certificateType,
      certificateNumber: dto.certificateNumber ?? null,
      issuingAuthority: dto.issuingAuthority ?? null,
      issueDate: dto.issueDate ?? null,
      expiryDate: dto.expiryDate ?? null,
      uploadId: dto.uploadId ?? null,
      fileStatus: null,
      uploadedBy: actor.userUuid,
      notes: dto.notes ?? null,
      reviewStatus: 'pending',
      rejectionReason: null,
      reviewedAt: null,
      verifiedName: null,
      createdAt: now,
      updatedAt: now,
    };
    const verificationId = uuidv7();
    const { organizationId } = actor;
    const { certificateType, certificateNumber, issuingAuthority, issueDate, expiryDate, uploadId, notes } = row;
    const fields = { certificateType, certificateNumber, issuingAuthority, issueDate, expiryDate, uploadId, notes };
    const target = { type: 'certificate', id: row.id };
    await run(pool, 'createCertificate', [
      ...[verificationId, organizationId, person, target.type, row.id, certificateType, now],
      ...[row.id, organizationId, person, certificateType, certificateNumber, issuingAuthority, issueDate, expiryDate],
      ...[uploadId, actor.userUuid, notes, verificationId, now],
      ...[uuidv7(), organizationId, verificationId, 1, snapshotOf(row), null, null, actor.userUuid, now],
      ...recordsOf(
        actor,
        {
          action: 'certificate.create',
          targetType: target.type,
          targetId: target.id,
          subject: person,
          changes: created(fields),
        },
        submitted(target, person, 'not_submitted', 1),
      ),
    ]);
    reply.code(201).header('etag', `"${verificationId}.1.1"`);
    return toCertificate(row, actor);
  },
);

server.get(
  '/api/v1/crew/users/:person/certificates',
  { schema: { response: { 200: { type: 'array', items: certificateSchema } } } },
  async (request) => {
    const actor = await actorOf(request, 'read');
    const { person } = request.params;
    if (person !== actor.userUuid) throw new Refused(404, 'person_not_found');
    const limit = Math.min(Number(request.query.limit ?? 1000), 1000);
    const { rows } = await run(pool, 'listCertificates', [actor.organizationId, person, limit]);
    return rows.map((row) => toCertificate(row, actor));
  },
);

server.get(
  '/api/v1/crew/certificates/:id',
  { schema: { response: { 200: certificateSchema } } },
  async (request, reply) => {
    const actor = await actorOf(request, 'read');
    const row = await one(pool, 'getCertificate', [
      actor.organizationId,
      request.params.id,
      actor.isStaff ? null : actor.userUuid,
    ]);
    if (!row) throw new Refused(404, 'certificate_not_found');
    reply.header('etag', `"${row.verificationId}.${row.submissionNumber}.${row.revision}"`);
    return toCertificate(row, actor);
  },
);

server.patch(
  '/api/v1/crew/certificates/:id',
  { schema: { body: certificateBody, response: { 200: certificateSchema } } },
  async (request, reply) => {
    const actor = await actorOf(request, 'read');
    const row = await transaction(async (client) => {
      const found = await one(client, 'lockCertificate', [
        actor.organizationId,
        request.params.id,
        actor.isStaff ? null : actor.userUuid,
      ]);
      if (!found) throw new Refused(404, 'certificate_not_found');
      const { certificateNumber = found.certificateNumber } = request.body;
      const changes = { certificateNumber: { before: found.certificateNumber, after: certificateNumber } };
      const now = new Date();
      Object.assign(found, { certificateNumber, updatedAt: now });
      const { id, userUuid: subject, verificationId } = found;
      const sha256 = found.uploadId
        ? (await one(client, 'findHash', [found.uploadId, actor.organizationId])).sha256
        : null;
      let duplicate = null;
      if (sha256) {
        await run(client, 'lockHash', [`file ${actor.organizationId} ${sha256}`]);
        duplicate = await one(client, 'findDuplicate', [actor.organizationId, sha256, verificationId]);
      }
      const { targetType = null, targetId = null, userUuid = null } = duplicate ?? {};
      const number = found.submissionNumber + 1;
      const target = { type: 'certificate', id };
      const { revision } = await one(client, 'changeCertificateNumber', [
        ...[id, certificateNumber, now],
        ...[uuidv7(), actor.organizationId, verificationId, number, snapshotOf(found), found.uploadId, sha256],
        ...[actor.userUuid, now],
        ...recordsOf(
          actor,
          { action: 'certificate.update', targetType: target.type, targetId: id, subject, changes },
          submitted(target, subject, found.reviewStatus, number),
        ),
        ...[verificationId, number, now, found.certificateType, targetType, targetId, userUuid],
      ]);
      Object.assign(found, {
        revision,
        submissionNumber: number,
        duplicateTargetType: targetType,
        duplicateTargetId: targetId,
        duplicateUserUuid: userUuid,
      });
      return Object.assign(found, {
        reviewStatus: 'pending',
        rejectionReason: null,
        reviewedAt: null,
        verifiedName: null,
      });
    });
    reply.header('etag', `"${row.verificationId}.${row.submissionNumber}.${row.revision}"`);
    return toCertificate(row, actor);
  },
);

server.get('/api/v1/crew/certificates/:id/download', async (request) => {
  const actor = await actorOf(request, 'read');
  const row = await one(pool, 'getCertificate', [
    actor.organizationId,
    request.params.id,
    actor.isStaff ? null : actor.userUuid,
  ]);
  if (!row) throw new Refused(404, 'certificate_not_found');
  const upload = await one(pool, 'getUpload', [row.uploadId, actor.organizationId]);
  if (upload?.status !== 'ready') throw new Refused(404, 'certificate_has_no_file');
  const expiresAt = new Date(Date.now() + 15 * 60_000);
  const parts = [upload.objectKey, upload.filename, upload.mime, String(expiresAt.getTime())];
  const signature = createHmac('sha256', SIGNED_URL_KEY)
    .update(JSON.stringify(['download', ...parts]))
    .digest('base64url');
  const [key, filename, type, expires] = parts;
  const query = new URLSearchParams({ key, filename, type, expires, signature });
  await record(pool, actor, {
    action: 'file.read',
    targetType: 'certificate',
    targetId: row.id,
    subject: row.userUuid,
    details: { uploadId: row.uploadId },
  });
  return { url: `http://127.0.0.1:${PORT}/storage/objects?${query}`, expiresAt };
});

server.post('/api/v1/crew/certificates/:id/verify', async (request, reply) => {
  const actor = await actorOf(request, 'review');
  const now = new Date();
  const row = await transaction(async (client) => {
    const found = await one(client, 'lockVerification', [request.params.id, 'certificate', actor.organizationId]);
    if (!found) throw new Refused(404, 'certificate_not_found');
    if (found.userUuid === actor.userUuid) throw new Refused(403, 'own_credential');
    if (found.status !== 'pending') throw new Refused(409, 'already_decided');
    const submission = await one(client, 'findSubmission', [found.id, found.submissionNumber]);
    if (submission.uploadId) {
      const file = await one(client, 'lockUpload', [submission.uploadId, actor.organizationId]);
      if (file?.status !== 'ready') throw new Refused(409, 'file_not_ready');
    }
    const { revision } = await one(client, 'decide', [
      ...[uuidv7(), actor.organizationId, submission.id, 'verified', null, actor.userUuid, now],
      ...recordsOf(actor, {
        action: 'verification.verify',
        targetType: 'certificate',
        targetId: found.targetId,
        subject: found.userUuid,
        changes: { verificationStatus: { before: 'pending', after: 'verified' } },
        details: { submission: found.submissionNumber },
      }),
      ...[found.id, 'verified', null, now, submission.holderName],
    ]);
    return { ...found, verifiedName: submission.holderName, revision };
  });
  reply.header('etag', `"${row.id}.${row.submissionNumber}.${row.revision}"`);
  return {
    targetType: row.targetType,
    targetId: row.targetId,
    status: 'verified',
    rejectionReason: null,
    reviewedAt: now,
    verifiedName: row.verifiedName,
  };
});

// --- lists of the organisation

const cursorOf = (values) => Buffer.from(JSON.stringify(values)).toString('base64url');

function toPage(rows, limit, cursorValues, toItem) {
  const hasMore = rows.length > limit;
  const items = rows.slice(0, limit);
  return {
    items: items.map(toItem),
    nextCursor: hasMore ? cursorOf(cursorValues(items.at(-1))) : null,
    hasMore,
    totalCount: null,
  };
}

const page = (items) => ({
  type: 'object',
  properties: {
    items: { type: 'array', items },
    nextCursor: nullable(text),
    hasMore: { type: 'boolean' },
    totalCount: nullable({ type: 'integer' }),
  },
});
const queueSchema = page({
  type: 'object',
  properties: {
    verificationId: text,
    targetType: text,
    targetId: text,
    subject: text,
    submissionNumber: { type: 'integer' },
    submittedAt: instant,
    uploadId: nullable(text),
    fileStatus: nullable(text),
    duplicateOf: duplicateSchema,
    person: { type: 'object', properties: { id: text, userId: { type: 'integer' }, firstName: text, lastName: text } },
    claimedBy: nullable({
      type: 'object',
      properties: { id: text, firstName: text, lastName: text, expiresAt: instant },
    }),
  },
});
const rosterSchema = page({
  type: 'object',
  properties: {
    id: text,
    email: text,
    firstName: text,
    lastName: text,
    role: text,
    state: text,
    lastLogin: nullable(instant),
    createdAt: instant,
    verificationState: text,
  },
});

server.get('/api/v1/crew/queue', { schema: { response: { 200: queueSchema } } }, async (request) => {
  const actor = await actorOf(request, 'review');
  const limit = Math.min(Number(request.query.limit ?? 10), 1000);
  const [at = null, id = null] = request.query.cursor ? JSON.parse(Buffer.from(request.query.cursor, 'base64url')) : [];
  const rows = at
    ? await firstRows('listQueueAfter', limit + 1, [actor.organizationId, new Date(), at, id])
    : await firstRows('listQueue', limit + 1, [actor.organizationId, new Date()]);
  return toPage(
    rows,
    limit,
    (row) => [row.submittedAt, row.verificationId],
    (row) => ({
      verificationId: row.verificationId,
      targetType: row.targetType,
      targetId: row.targetId,
      subject: row.subject,
      submissionNumber: row.submissionNumber,
      submittedAt: row.submittedAt,
      uploadId: row.uploadId,
      fileStatus: row.fileStatus,
      duplicateOf: duplicateOf(row, actor),
      person: { id: row.userUuid, userId: row.userId, firstName: row.firstName, lastName: row.lastName },
      claimedBy: row.claimedBy && { ...row.claimedBy, expiresAt: new Date(row.claimedBy.expiresAt) },
    }),
  );
});

server.get('/api/v1/crew/roster', { schema: { response: { 200: rosterSchema } } }, async (request) => {
  const actor = await actorOf(request, 'review');
  const limit = Math.min(Number(request.query.limit ?? 10), 1000);
  const { role, state } = request.query;
  const rows = await firstRows('listRoster', limit + 1, [actor.organizationId, role, state]);
  return toPage(
    rows,
    limit,
    (row) => [row.membershipId],
    ({ membershipId: _, ...row }) => row,
  );
});

// --- diplomas

const iso = (date) => date?.toISOString() ?? null;

server.post(
  '/users-organizations/v1/rs/users/:person/diplomas',
  {
    schema: {
      body: { type: 'object', required: ['titleId'], properties: { titleId: { type: 'integer' }, obtainedAt: text } },
    },
  },
  async (request, reply) => {
    const actor = await actorOf(request, 'read');
    requireSessionToken(request, actor);
    if (request.params.person !== 'me') throw new Refused(404, 'person_not_found');
    const { titleId } = request.body;
    const obtainedAt = request.body.obtainedAt ? new Date(request.body.obtainedAt) : null;
    const uuid = uuidv7();
    const verificationId = uuidv7();
    const now = new Date();
    const title = await one(pool, 'findTitle', [titleId, actor.organizationId]);
    if (!title) throw new Refused(422, 'title_unknown');
    const { organizationId, userUuid } = actor;
    const target = { type: 'diploma', id: uuid };
    const snapshot = {
      titleId,
      titleName: title.name,
      obtainedAt: iso(obtainedAt),
      obtainedOn: iso(obtainedAt)?.slice(0, 10) ?? null,
      uploadId: null,
    };
    const { id } = await one(pool, 'createDiploma', [
      ...[verificationId, organizationId, userUuid, target.type, uuid, title.name, now],
      ...[uuidv7(), organizationId, verificationId, 1, snapshot, null, null, userUuid, now],
      ...recordsOf(
        actor,
        {
          action: 'diploma.create',
          targetType: target.type,
          targetId: uuid,
          subject: userUuid,
          changes: created({ titleId, obtainedAt: iso(obtainedAt) }),
        },
        submitted(target, userUuid, 'not_submitted', 1),
      ),
      ...[uuid, organizationId, userUuid, titleId, verificationId, obtainedAt, now],
    ]);
    reply.code(201).header('etag', `"${verificationId}.1.1"`);
    return {
      diploma: {
        id,
        userId: actor.userId,
        organizationId: actor.organizationId,
        titleId,
        obtainedAt: iso(obtainedAt),
        deletedAt: null,
        updatedAt: iso(now),
        createdAt: iso(now),
      },
      presignedUrl: diplomaLink(uuid, actor),
      upload: null,
    };
  },
);

server.get('/users-organizations/v1/rs/users/:person/diplomas', async (request) => {
  const actor = await actorOf(request, 'read');
  requireSessionToken(request, actor);
  const pageNumber = Number(request.query.page ?? 1);
  const pageSize = Number(request.query.pageSize ?? 50);
  const { rows } = await run(pool, 'listDiplomas', [
    actor.organizationId,
    actor.userUuid,
    (pageNumber - 1) * pageSize,
    pageSize,
  ]);
  return {
    data: rows.map((row) => ({
      id: row.id,
      userId: actor.userId,
      title: { id: row.titleId, name: row.titleName },
      attachment: row.uploadNumber === null ? null : { id: row.uploadNumber, name: row.filename },
      obtainedAt: iso(row.obtainedAt),
      deletedAt: iso(row.deletedAt),
      updatedAt: iso(row.updatedAt),
      createdAt: iso(row.createdAt),
      presignedUrl: diplomaLink(row.uuid, actor),
      actions: { canBeUpdated: row.deletedAt === null, canBeDeleted: row.deletedAt === null },
    })),
    pagination: { page: pageNumber, pageSize },
  };
});

/** An HS256 token in the address, as the product's links have it. */
function diplomaLink(uuid, { userUuid, sessionId, organizationId }) {
  const iat = Math.floor(Date.now() / 1000);
  const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  const claims = {
    sub: uuid,
    by: userUuid,
    sid: sessionId,
    org: organizationId,
    aud: 'diploma-file',
    iat,
    exp: iat + 900,
  };
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const signature = createHmac('sha256', SIGNED_URL_KEY).update(`${head}.${body}`).digest('base64url');
  return `http://127.0.0.1:${PORT}/users-organizations/v1/rs/files?token=${head}.${body}.${signature}`;
}

// --- files

server.post('/api/v1/shared/uploads/intent', async (request, reply) => {
  const actor = await actorOf(request, 'read');
  const { kind, mime, size, filename } = request.body;
  const id = uuidv7();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 15 * 60_000);
  try {
    const { isFromAdvance } = await one(pool, 'announceUpload', [
      ...[actor.organizationId, size],
      ...[actor.organizationId, size],
      ...[id, actor.organizationId, actor.userUuid, kind, mime, size, filename, expiresAt],
      ...[new Date(expiresAt.getTime() + 120_000), now],
      ...recordsOf(actor, {
        action: 'upload.create',
        targetType: 'upload',
        targetId: id,
        subject: actor.userUuid,
        changes: created({ status: 'pending', originalFilename: filename }),
        details: { kind, mime, sizeBytes: size },
      }),
    ]);
    if (!isFromAdvance) await run(pool, 'takeAdvance', [actor.organizationId]);
  } catch (error) {
    throw error.code === NOT_NULL_VIOLATION && error.column === 'reserved_bytes'
      ? new Refused(413, 'quota_exceeded')
      : error;
  }
  const key = `incoming/${id}`;
  const policy = Buffer.from(JSON.stringify({ key, contentType: mime, size, expiresAt })).toString('base64');
  const signature = createHmac('sha256', SIGNED_URL_KEY)
    .update(JSON.stringify(['upload', policy]))
    .digest('base64url');
  reply.code(201);
  return {
    uploadId: id,
    presignedPost: {
      url: `http://127.0.0.1:${PORT}/storage/objects`,
      fields: { key, 'Content-Type': mime, policy, signature },
    },
  };
});

// --- sign-in

const budgetKey = (name, of) => createHash('sha256').update(`${name}:${of}`).digest('hex');

server.post('/auth/v1/rs/login/credentials', async (request, reply) => {
  const { email, password } = request.body;
  const now = new Date();
  const found = await one(pool, 'findCandidate', [email, request.ip, new Date(now.getTime() - 90 * DAY_MS)]);
  const budgets = found?.isKnownAddress
    ? [['known', `${email} ${request.ip}`]]
    : [
        ['address', request.ip],
        ['account', email],
      ];
  const taken = [];
  for (const [name, of] of budgets) {
    const key = budgetKey(name, of);
    const budget = await one(pool, 'takeBudget', [
      key,
      new Date(now.getTime() + 15 * 60_000),
      now,
      name === 'address' ? 100 : 10,
    ]);
    if (!budget) throw new Refused(429, 'too_many_attempts');
    taken.push([key, budget.resetsAt]);
  }
  if (!found?.membershipId || !(await argon2.verify(found.passwordHash, password)))
    throw new Refused(401, 'credentials_invalid');
  const sessionId = uuidv7();
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  await transaction(async (client) => {
    await run(client, 'recordLogin', [found.userUuid, found.passwordHash, now, found.membershipId]);
    await run(client, 'rememberAddress', [found.userUuid, request.ip, now]);
    await run(client, 'forgetAddresses', [found.userUuid, new Date(now.getTime() - 90 * DAY_MS)]);
    await run(client, 'insertSession', [
      sessionId,
      found.userUuid,
      found.membershipId,
      now,
      expiresAt,
      request.ip,
      request.headers['user-agent'] ?? null,
    ]);
    const actor = { ...found, sessionId, requestId: request.id, address: request.ip };
    await record(client, actor, {
      action: 'session.create',
      targetType: 'session',
      targetId: sessionId,
      subject: found.userUuid,
    });
  });
  for (const budget of taken) await run(pool, 'giveBackBudget', budget);
  const { userUuid: sub, userId } = found;
  reply.code(201);
  return {
    data: {
      accessToken: token('at+jwt', 'credence-access', { sub, sid: sessionId }, 900),
      refreshToken: token('rt+jwt', 'credence-refresh', { sid: sessionId, gen: 0 }, SESSION_MS / 1000),
      sessionToken: token('st+jwt', 'credence-session', { userId, sessionId }, SESSION_MS / 1000),
    },
  };
});

await server.listen({ port: Number(PORT), host: '127.0.0.1' });
process.stdout.write('ready\n');
process.on('SIGTERM', () => server.close().then(() => pool.end()));
