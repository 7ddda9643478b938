import type { DuplicatePolicy } from '#libs/users';
import { CREDENTIAL_KINDS, record, recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { heldUp } from '../support/held-up';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { postForm } from '../support/post-form';
import { pdf } from '../support/sample-files';
import { STORED_BYTES, storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

let app: TestApp;
let owner: Person;
let colleague: Person;
let office: HttpClient;

beforeAll(async () => {
  app = await TestApp.start();
});

afterAll(() => app?.close());

beforeEach(async () => {
  const organization = await app.given.organization();
  owner = await app.given.person({ organization, role: 'crew-member' });
  colleague = await app.given.person({ organization, role: 'crew-member' });
  office = await app.as(await app.given.person({ organization, role: 'admin' }));
});

async function setPolicy(duplicatePolicy: DuplicatePolicy): Promise<void> {
  const answer = await office.patch('/api/v1/shared/organization', { duplicatePolicy });
  expect([answer.status, answer.body.duplicatePolicy]).toEqual([200, duplicatePolicy]);
}

/** A certificate with a file of its own that has these bytes. */
async function send(person: Person, content: string, client?: HttpClient): Promise<Answer> {
  const { id: uploadId } = await storedFile(app, person, { content });
  return certificate(client ?? (await app.as(person)), person, uploadId);
}

function certificate(client: HttpClient, { uuid }: Person, uploadId: string | null): Promise<Answer> {
  return client.post(`/api/v1/crew/users/${uuid}/certificates`, { certificateType: 'medical', uploadId });
}

describe('a file that another credential has already', () => {
  it('is told of by default: to its owner by name, to others that there is one, to the office everything', async () => {
    const first = await send(owner, 'the same');
    expect([first.status, first.body.duplicateOf]).toEqual([201, null]);
    const existing = { targetType: 'certificate', targetId: first.body.id };
    const again = await send(owner, 'the same');
    expect([again.status, again.body.duplicateOf]).toEqual([201, existing]);
    const other = await send(colleague, 'the same');
    expect([other.status, other.body.duplicateOf]).toEqual([201, { targetType: null, targetId: null }]);

    const seen = await office.get(`/api/v1/crew/certificates/${other.body.id}`);
    expect(seen.body.duplicateOf).toEqual(existing);
    const { items } = (await office.get('/api/v1/crew/queue')).body;
    expect(items.map((item: { duplicateOf: unknown }) => item.duplicateOf)).toEqual([null, existing, existing]);
  });

  it('is refused where the organisation wants that, in the same words', async () => {
    await setPolicy('refuse');
    const first = await send(owner, 'the same');
    const again = await send(owner, 'the same');
    expectProblem(again, 409, 'duplicate_file', 'uploadId');
    expect(again.body.detail).toBe(`The certificate ${first.body.id} has this file already.`);
    const other = await send(colleague, 'the same');
    expectProblem(other, 409, 'duplicate_file');
    expect(other.text).not.toContain(first.body.id);
    const client = await app.as(colleague);
    const list = await client.get(`/api/v1/crew/users/${colleague.uuid}/certificates`);
    expect(list.body).toEqual([]);
  });

  it('is one also when it is the same upload', async () => {
    await setPolicy('refuse');
    const client = await app.as(owner);
    const { id: uploadId } = await storedFile(app, owner, { content: 'the same' });
    const first = await certificate(client, owner, uploadId);
    expectProblem(await certificate(client, owner, uploadId), 409, 'duplicate_file');
    // Its own file does not stand in the way of a credential.
    const renamed = await client.patch(`/api/v1/crew/certificates/${first.body.id}`, { certificateNumber: 'A-1' });
    expect([renamed.status, renamed.body.duplicateOf]).toEqual([200, null]);
  });

  it.each(CREDENTIAL_KINDS)('is refused to a change of %s too, and nothing is changed', async (kind) => {
    await setPolicy('refuse');
    const client = await app.as(owner);
    const { id: uploadId } = await storedFile(app, owner, { content: 'the same' });
    await recorded(app, kind, { person: owner, client }, uploadId);
    const second = await recorded(app, kind, { person: owner, client });
    expectProblem(await second.change(uploadId), 409, 'duplicate_file', 'uploadId');
    const { body } = await client.get(second.path);
    expect([body.uploadId, body.duplicateOf]).toEqual([null, null]);
    expect((await client.get(`${second.path}/submissions`)).body).toHaveLength(1);
  });

  it('is none any more when that credential was deleted or has another file, nor one of another organisation', async () => {
    await setPolicy('refuse');
    const client = await app.as(owner);
    const deleted = await send(owner, 'first', client);
    await client.delete(`/api/v1/crew/certificates/${deleted.body.id}`);
    const changed = await send(owner, 'second', client);
    const { id: uploadId } = await storedFile(app, owner);
    await client.patch(`/api/v1/crew/certificates/${changed.body.id}`, { uploadId });
    for (const content of ['first', 'second']) expect((await send(colleague, content)).body.duplicateOf).toBeNull();
    const stranger = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    expect((await send(stranger, 'first')).body.duplicateOf).toBeNull();
  });

  it.each(CREDENTIAL_KINDS)('is refused to one of two %s that are sent in at the same moment', async (kind) => {
    await setPolicy('refuse');
    const client = await app.as(owner);
    const uploads = [
      await storedFile(app, owner, { content: 'at once' }),
      await storedFile(app, owner, { content: 'at once' }),
    ];
    // Whoever has looked for the file and found none is kept from writing until the other one has looked, or waits to.
    const answers = await heldUp(app, 'lock table submissions in share mode', [], async (waiting) => {
      const sent = uploads.map(({ id }) => record(app, kind, { person: owner, client }, id));
      await waiting(2);
      return sent;
    });
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409]);
  });

  it('costs two statements when a file is sent in, one more when it is one, and none in lists', async () => {
    const client = await app.as(owner);
    const { id: uploadId } = await storedFile(app, owner);
    const sent = await app.statements(() => certificate(client, owner, uploadId));
    expect(sent.filter((statement) => /file_sha256 =|pg_advisory_xact_lock/.test(statement))).toHaveLength(2);
    const listed = await app.statements(() => office.get('/api/v1/crew/queue'));
    expect(listed.filter((statement) => /file_sha256/.test(statement))).toEqual([]);
  });
});

describe('the policy on duplicates', () => {
  it('is changed by admins only, to a word that is known', async () => {
    const crew = await app.as(owner);
    expect((await crew.patch('/api/v1/shared/organization', { duplicatePolicy: 'refuse' })).status).toBe(403);
    const wrong = await office.patch('/api/v1/shared/organization', { duplicatePolicy: 'ignore' });
    expectProblem(wrong, 400, 'invalid_request', 'duplicatePolicy');
    expect((await office.get('/api/v1/shared/organization')).body.duplicatePolicy).toBe('warn');
  });
});

describe("a diploma's file that another credential has already", () => {
  it('comes too late to be refused, and is shown to reviewers', async () => {
    await setPolicy('refuse');
    const file = pdf(STORED_BYTES);
    const client = await app.as(owner);
    const { id: uploadId } = await storedFile(app, owner, { content: file.bytes });
    const first = await certificate(client, owner, uploadId);
    const title = await office.post('/users-organizations/v1/rs/titles', { name: 'Master mariner' });
    const attachment = { name: file.filename, mimeType: file.mime, size: file.bytes.length };
    const address = '/users-organizations/v1/rs/users/me/diplomas';
    const { body } = await client.post(address, { titleId: title.body.id, attachment });
    await postForm(body.upload, file.bytes, file.filename, file.mime);
    // Opening the link is one way in which the file's arrival is noticed.
    await fetch(body.presignedUrl, { redirect: 'manual' });
    const [{ uuid }] = await app.database.query<[{ uuid: string }]>('select uuid from diplomas where id = $1', [
      body.diploma.id,
    ]);
    const seen = await office.get(`/api/v1/crew/diplomas/${uuid}`);
    expect(seen.body.verification.status).toBe('pending');
    expect(seen.body.duplicateOf).toEqual({ targetType: 'certificate', targetId: first.body.id });
  });
});
