import { type CredentialKind, credentialKinds } from '#libs/credentials';
import type { Organization } from '#libs/users';
import { recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { committedDocument, resolve, routesOf, type Schema } from '../support/openapi';
import { created, diplomaUuid, ORIGINAL_SEEN } from '../support/papers';
import { postForm } from '../support/post-form';
import { pdf } from '../support/sample-files';
import { sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const SHARED = '/api/v1/shared';
const RS = '/users-organizations/v1/rs';

const document = committedDocument();
const routes = routesOf(document);
const REVIEWS = ['VerificationResponse', 'AnyVerificationResponse'];

/** What an answer shows beside a review state and no reviewer vouches for. A field that is not here is part of the snapshot. */
const NOT_VOUCHED_FOR = [
  ...['id', 'diplomaId', 'userId', 'uploadedByUserId', 'createdAt', 'updatedAt', 'deletedAt'],
  // The review itself, and what is worked out anew each time.
  ...['verification', 'status', 'fileStatus', 'duplicateOf', 'actions', 'presignedUrl'],
  // Given by contract C: an edit of notes is not reviewed.
  'notes',
  // What staff say of it after it was reviewed.
  'suspension',
];

type Json = Record<string, unknown>;
type Snapshot = Record<string, string | number | null>;

/** What a field of an answer is in the snapshot, where it is not simply there. */
const IN_SNAPSHOT: Record<string, (value: Json | null) => Json> = {
  title: (title) => ({ titleId: title?.['id'], titleName: title?.['name'] }),
  attachment: (attachment) => ({ attachmentName: attachment?.['name'] ?? null }),
};

/** Whether an answer of this form has a review state somewhere. */
function showsReview(schema: Schema, seen = new Set<string>()): boolean {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) {
    if (REVIEWS.includes(name)) return true;
    if (seen.has(name)) return false;
    seen.add(name);
  }
  const { properties = {}, items, anyOf = [] } = resolve(document, schema);
  const parts = [...Object.values(properties), ...anyOf, ...(items ? [items] : [])];
  const allOf = (resolve(document, schema) as { allOf?: Schema[] }).allOf ?? [];
  return [...parts, ...allOf].some((part) => showsReview(part, seen));
}

/** The schemas that have a review beside other fields. */
function showings(): [string, string[]][] {
  return Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]): [string, string[]][] => {
    const { verification } = properties;
    return verification && showsReview(verification) ? [[name, Object.keys(properties)]] : [];
  });
}

const READERS = routes.filter(({ method, operation }) => {
  const schema = operation.responses['200']?.content?.['application/json']?.schema;
  return method === 'GET' && schema !== undefined && showsReview(schema);
});

/** Of an answer the innermost parts that show this credential: items of a list, or all of it. */
function partsAbout(id: string, value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap((item) => partsAbout(id, item));
  if (typeof value !== 'object' || value === null || !JSON.stringify(value).includes(id)) return [];
  const lists = Object.values(value).filter(Array.isArray);
  const inLists = lists.flatMap((list) => partsAbout(id, list));
  return inLists.length > 0 ? inLists : [value as Json];
}

/** Every value by its path; what is a link changes each time. */
function flat(value: unknown, at = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  return Object.entries(value).flatMap(([key, item]) => flat(item, at ? `${at}.${key}` : key));
}

/** What shows the review in a part of an answer: the part itself, or what is in it. */
function holdersIn(part: Json): Json[] {
  if ('verification' in part) return [part];
  return Object.values(part).flatMap((value) =>
    typeof value === 'object' && value !== null ? holdersIn(value as Json) : [],
  );
}

/** A review stands alone, or beside what was reviewed. */
function reviewIn(part: Json): unknown {
  return holdersIn(part)[0]?.['verification'] ?? part;
}

describe.each(credentialKinds().map((kind) => [kind.name, kind] as const))('of the kind %s', (_, kind) => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let asOwner: HttpClient;
  let asAdmin: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization({ timeZone: 'Europe/Oslo' });
    asAdmin = await app.as(await app.given.person({ organization, role: 'admin' }));
  });
  beforeEach(async () => {
    owner = await app.given.person({ organization, role: 'crew-member' });
    asOwner = await app.as(owner);
  });
  afterAll(() => app.close());

  const nameOf = async (): Promise<string> => {
    const { firstName, lastName } = (await asOwner.get(`${SHARED}/users/me`)).body;
    return `${firstName} ${lastName}`;
  };
  const rename = async (firstName: string, lastName: string) =>
    expect((await asOwner.patch(`${SHARED}/users/me`, { firstName, lastName })).status).toBe(200);
  const review = async (path: string) => (await asOwner.get(`${path}/verification`)).body;
  const snapshots = async (path: string): Promise<Snapshot[]> =>
    (await asOwner.get(`${path}/submissions`)).body.map(({ snapshot }: { snapshot: Snapshot }) => snapshot);
  const record = async (uploadId: string | null = null) =>
    recorded(app, kind.path, { person: owner, client: asOwner }, uploadId);

  /** The credential as every route shows it that shows its review, by route. */
  async function shown(kind: CredentialKind, id: string): Promise<Map<string, Json[]>> {
    const ids: Record<string, string | number> = { user_id: owner.uuid, userId: owner.id, [kind.parameter]: id };
    if (kind.name === 'diploma') {
      ids['diplomaId'] = (await asAdmin.get(`${CREW}/diplomas/${id}`)).body.diplomaId;
    }
    const found = new Map<string, Json[]>();
    for (const { name, path, operation } of READERS) {
      const filled = path.replace(/\{(\w+)\}/g, (all, parameter: string) => String(ids[parameter] ?? all));
      if (filled.includes('{')) continue;
      const extends_ = operation.parameters?.some((parameter) => parameter.name === 'extend');
      const answer = await asAdmin.get(`${filled}${extends_ ? '?extend=verification' : ''}`);
      expect([name, answer.status]).toEqual([name, 200]);
      const parts = partsAbout(id, answer.body);
      if (parts.length > 0) found.set(name, parts);
    }
    return found;
  }

  it('what is verified is shown as it was reviewed by every route, or says so, whatever is changed elsewhere', async () => {
    const { id, path } = await record(await sendReadyFile(app, asOwner, pdf()));
    const name = await nameOf();
    expect((await asAdmin.post(`${path}/verify`, ORIGINAL_SEEN)).status).toBe(200);
    const before = await shown(kind, id);
    expect(before.size).toBeGreaterThanOrEqual(3);

    await rename('Ola', 'Hansen');
    for (const title of (await asAdmin.get(`${RS}/titles`)).body.data) {
      const changed = await asAdmin.patch(`${RS}/titles/${title.id}`, { name: `${title.name}s` });
      expect(changed.status).toBe(200);
    }
    for (const timeZone of ['Pacific/Kiritimati', 'America/Los_Angeles']) {
      expect((await asAdmin.patch(`${SHARED}/organization`, { timeZone })).status).toBe(200);
      const after = await shown(kind, id);
      expect([...after.keys()]).toEqual([...before.keys()]);
      for (const [route, parts] of after) {
        for (const [index, part] of parts.entries()) {
          const was = new Map(flat(before.get(route)?.[index]));
          const changed = flat(part).filter(([at, value]) => was.get(at) !== value);
          const others = changed.filter(([at]) => !/(^|\.)person\.(firstName|lastName)$/.test(at));
          expect([route, others]).toEqual([route, []]);
          expect([route, reviewIn(part)]).toEqual([
            route,
            expect.objectContaining({ status: 'verified', verifiedName: name }),
          ]);
        }
      }
    }
    await asAdmin.patch(`${SHARED}/organization`, { timeZone: 'Europe/Oslo' });
  });

  it('all that is shown beside a review state is in the snapshot, or is told as what nobody vouches for', async () => {
    const { id, path } = await record(await sendReadyFile(app, asOwner, pdf()));
    const [snapshot = {}] = await snapshots(path);
    const answers = [...(await shown(kind, id)).values()].flat().flatMap(holdersIn);
    expect(answers.length).toBeGreaterThanOrEqual(2);
    for (const answer of answers) {
      for (const [field, value] of Object.entries(answer).filter(([field]) => !NOT_VOUCHED_FOR.includes(field))) {
        expect(snapshot).toMatchObject(IN_SNAPSHOT[field]?.(value as Json | null) ?? { [field]: value });
      }
    }
    expect(snapshot['holderName']).toBe(await nameOf());
  });

  it('says under which name it was verified once the person has another, and the new one when that was reviewed', async () => {
    const { path, change } = await record();
    const name = await nameOf();
    expect(await review(path)).toMatchObject({ status: 'pending', verifiedName: null });
    await asAdmin.post(`${path}/verify`, ORIGINAL_SEEN);
    await rename('Ola', 'Hansen');
    expect(await review(path)).toMatchObject({ status: 'verified', verifiedName: name });
    await change(await sendReadyFile(app, asOwner, pdf()));
    expect(await review(path)).toMatchObject({ status: 'pending', verifiedName: null });
    expect((await snapshots(path)).map(({ holderName }) => holderName)).toEqual(['Ola Hansen', name]);
    await asAdmin.post(`${path}/verify`, ORIGINAL_SEEN);
    expect(await review(path)).toMatchObject({ status: 'verified', verifiedName: 'Ola Hansen' });
  });

  it('vouches for the name that it was sent in under, not for one that came before the decision', async () => {
    const { path } = await record();
    const name = await nameOf();
    await rename('Ola', 'Hansen');
    expect((await asAdmin.post(`${path}/verify`, ORIGINAL_SEEN)).body.verifiedName).toBe(name);
    const rejected = await record();
    await asAdmin.post(`${rejected.path}/reject`, { reason: 'Torn.' });
    expect(await review(rejected.path)).toMatchObject({ status: 'rejected', verifiedName: null });
  });

  it('vouches for the name of its snapshot when renames and decisions come at once', async () => {
    const papers = await Promise.all(Array.from({ length: 4 }, () => record()));
    await Promise.all([
      ...papers.map(({ path }) => asAdmin.post(`${path}/verify`, ORIGINAL_SEEN)),
      ...['Ann', 'Bea', 'Cia'].map((first) => rename(first, 'Hansen')),
    ]);
    for (const { path } of papers) {
      const [latest] = await snapshots(path);
      expect(await review(path)).toMatchObject({ status: 'verified', verifiedName: latest?.['holderName'] });
    }
  });
});

describe('what an answer shows beside a review state', () => {
  it('is told by every schema that has one: the reviewed fields of its kind, and nothing else but what nobody vouches for', () => {
    const reviewed: Record<string, readonly string[]> = {
      CertificateResponse: [
        'certificateType',
        'certificateNumber',
        'issuingAuthority',
        'issueDate',
        'expiryDate',
        'uploadId',
        ...['certificateKindId', 'lines', 'issuingState', 'courseDate', 'renewsId', 'endorsesId'],
        ...['extendedUntil', 'extendedBy'],
      ],
      IdentityDocumentResponse: [
        'documentType',
        'documentNumber',
        'issuingState',
        'issueDate',
        'expiryDate',
        'uploadId',
      ],
      ReviewedDiplomaResponse: ['title', 'attachment', 'uploadId', 'obtainedAt', 'obtainedOn'],
      DiplomaItemResponse: ['title', 'attachment', 'obtainedAt'],
    };
    const told = showings().map(([name, fields]) => [name, fields.filter((field) => !NOT_VOUCHED_FOR.includes(field))]);
    expect(Object.fromEntries(told)).toEqual(reviewed);
  });

  it('includes no name of a file that could be changed: no route renames one', () => {
    const changing = routes.filter(({ method, path }) => ['PATCH', 'PUT'].includes(method) && path.includes('upload'));
    expect(changing.map(({ name }) => name)).toEqual([]);
  });
});

describe('a title in use', () => {
  let app: TestApp;
  let owner: Person;
  let asOwner: HttpClient;
  let asAdmin: HttpClient;
  let asStranger: HttpClient;
  let count = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    const organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    asOwner = await app.as(owner);
    asAdmin = await app.as(await app.given.person({ organization, role: 'admin' }));
    asStranger = await app.as(await app.given.person({ organization: await app.given.organization(), role: 'admin' }));
  });
  afterAll(() => app.close());

  /** A title of its own for each test. */
  const title = async (): Promise<{ id: number; name: string; path: string }> => {
    const name = `Navigation ${++count}`;
    const { id } = created(await asAdmin.post(`${RS}/titles`, { name }));
    return { id, name, path: `${RS}/titles/${id}` };
  };
  const diplomaOf = async (titleId: number) => {
    const { diploma } = created(await asOwner.post(`${RS}/users/me/diplomas`, { titleId }));
    return { id: diploma.id as number, uuid: await diplomaUuid(app, diploma.id) };
  };
  const list = async (query: string): Promise<[number, string][]> =>
    (await asOwner.get(`${RS}/users/me/diplomas?${query}`)).body.data.map(
      (item: { id: number; title: { name: string } }) => [item.id, item.title.name],
    );
  const trailOf = async (uuid: string) =>
    (await asAdmin.get(`${SHARED}/audit?target_id=${uuid}&action=diploma.correct`)).body.items;

  it('is not given another name, not even when its diploma was deleted, and nothing changes', async () => {
    const { id, name, path } = await title();
    const diploma = await diplomaOf(id);
    const refused = await asAdmin.patch(path, { name: 'Engineering' });
    expectProblem(refused, 409, 'title_in_use', 'name');
    expectProblem(await asAdmin.patch(path, { name: `${name}1` }), 409, 'title_in_use', 'name');
    await asOwner.delete(`${RS}/users/me/diplomas/${diploma.id}`);
    expectProblem(await asAdmin.patch(path, { name: 'Engineering' }), 409, 'title_in_use', 'name');
    expect((await asAdmin.get(path)).body.name).toBe(name);
    expect(await trailOf(diploma.uuid)).toEqual([]);
  });

  it('has its spelling corrected: diplomas keep what was sent in with them, and each has it in its history', async () => {
    const { id, name, path } = await title();
    const [verified, waiting, deleted] = [await diplomaOf(id), await diplomaOf(id), await diplomaOf(id)];
    await asAdmin.post(`${CREW}/diplomas/${verified.uuid}/verify`, ORIGINAL_SEEN);
    await asOwner.delete(`${RS}/users/me/diplomas/${deleted.id}`);
    const corrected = name.replace('Navigation', 'Navigattion');
    expect((await asAdmin.patch(path, { name: corrected })).body).toEqual({ id, name: corrected });
    expect(await list(`whereTitleId=${id}`)).toEqual([
      [waiting.id, name],
      [verified.id, name],
    ]);
    for (const { uuid } of [verified, waiting, deleted]) {
      expect(await trailOf(uuid)).toMatchObject([
        { targetType: 'diploma', changes: [{ field: 'titleName', before: name, after: corrected }] },
      ]);
    }
    // What is sent in from now on has it.
    await asOwner.patch(`${RS}/users/me/diplomas/${waiting.id}`, { obtainedAt: '2020-01-01T00:00Z' });
    expect(await list(`whereTitleId=${id}`)).toEqual([
      [waiting.id, corrected],
      [verified.id, name],
    ]);
    const [newest, first] = (await asOwner.get(`${CREW}/diplomas/${waiting.uuid}/submissions`)).body;
    expect([newest.snapshot.titleName, first.snapshot.titleName]).toEqual([corrected, name]);
  });

  it('is looked for and sorted by as it was sent in', async () => {
    const { id, name, path } = await title();
    const diploma = await diplomaOf(id);
    await asAdmin.post(`${CREW}/diplomas/${diploma.uuid}/verify`, ORIGINAL_SEEN);
    const corrected = name.replace('Navigation', 'Navigatiion');
    await asAdmin.patch(path, { name: corrected });
    expect(await list(`whereTitleName=${name.toUpperCase()}`)).toEqual([[diploma.id, name]]);
    expect(await list('whereTitleName=navigatiion')).toEqual([]);
    const other = await diplomaOf(
      created(await asAdmin.post(`${RS}/titles`, { name: name.replace('tion', 'tiona') })).id,
    );
    const sorted = (await list('orderBy=titleName')).map(([found]) => found);
    expect(sorted.indexOf(diploma.id)).toBeLessThan(sorted.indexOf(other.id));
  });

  it('that is sent in later, when its file arrives, has the name of that moment', async () => {
    const { id, name, path } = await title();
    const { bytes, filename, mime: mimeType } = pdf();
    const attachment = { name: filename, mimeType, size: bytes.length };
    const body = { titleId: id, attachment };
    const { diploma, upload, presignedUrl } = created(await asOwner.post(`${RS}/users/me/diplomas`, body));
    const corrected = name.replace('Navigation', 'Navigations');
    await asAdmin.patch(path, { name: corrected });
    expect(await list(`whereTitleId=${id}`)).toEqual([[diploma.id, name]]);
    await postForm(upload, new Uint8Array(bytes), filename, mimeType);
    await app.anonymous.get(presignedUrl as string);
    expect(await list(`whereTitleId=${id}`)).toEqual([[diploma.id, corrected]]);
    const [{ snapshot }] = (await asOwner.get(`${CREW}/diplomas/${await diplomaUuid(app, diploma.id)}/submissions`))
      .body;
    expect(snapshot.titleName).toBe(corrected);
  });

  it('of another organisation is as unknown as ever, and one nobody uses is renamed freely', async () => {
    const { path } = await title();
    expectProblem(await asStranger.patch(path, { name: 'Mine' }), 404, 'title_not_found');
    expect((await asAdmin.patch(path, { name: `Something else ${count}` })).status).toBe(200);
    const again = await asAdmin.patch(path, { name: `Something else ${count}` });
    expect(again.headers.get('etag')).toBe((await asAdmin.get(path)).headers.get('etag'));
  });

  it('a title that is renamed while diplomas are recorded stays what was sent in with each', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, path } = await title();
      const [, ...made] = await Promise.all([
        asAdmin.patch(path, { name: `Other ${count}` }),
        ...Array.from({ length: 3 }, () => diplomaOf(id)),
      ]);
      for (const { uuid } of made) {
        const { body } = await asOwner.get(`${CREW}/diplomas/${uuid}`);
        const [{ snapshot }] = (await asOwner.get(`${CREW}/diplomas/${uuid}/submissions`)).body;
        expect(body.title.name).toBe(snapshot.titleName);
      }
    }
  });
});

describe('the day of a diploma', () => {
  let app: TestApp;
  let asOwner: HttpClient;
  let asAdmin: HttpClient;
  let titleId: number;

  beforeAll(async () => {
    app = await TestApp.start();
    const organization = await app.given.organization({ timeZone: 'Pacific/Kiritimati' });
    asOwner = await app.as(await app.given.person({ organization, role: 'crew-member' }));
    asAdmin = await app.as(await app.given.person({ organization, role: 'admin' }));
    titleId = created(await asAdmin.post(`${RS}/titles`, { name: 'Master Mariner' })).id;
  });
  afterAll(() => app.close());

  it.each([
    ['2020-05-31T23:30:00Z', '2020-05-31'],
    ['2020-06-01T00:00:00Z', '2020-06-01'],
    ['1900-01-01T00:00Z', '1900-01-01'],
  ])('%s is %s, in every answer, in the snapshot, and wherever the organisation is', async (obtainedAt, day) => {
    const { diploma } = created(await asOwner.post(`${RS}/users/me/diplomas`, { titleId, obtainedAt }));
    const uuid = await diplomaUuid(app, diploma.id);
    const days = async () => {
      const one = (await asOwner.get(`${RS}/users/me/diplomas/${diploma.id}`)).body.diploma;
      const reviewed = (await asAdmin.get(`${CREW}/diplomas/${uuid}`)).body;
      const [{ snapshot }] = (await asAdmin.get(`${CREW}/diplomas/${uuid}/submissions`)).body;
      return [one.obtainedAt, reviewed.obtainedAt, snapshot.obtainedAt, reviewed.obtainedOn, snapshot.obtainedOn];
    };
    const instant = new Date(obtainedAt).toISOString();
    const before = await days();
    expect(before).toEqual([instant, instant, instant, day, day]);
    for (const timeZone of ['America/Los_Angeles', 'Europe/Oslo', 'Pacific/Kiritimati']) {
      await asAdmin.patch(`${SHARED}/organization`, { timeZone });
      expect(await days()).toEqual(before);
    }
  });

  it('is not in the future where the organisation has come to it', async () => {
    app.setNow(new Date('2026-05-05T12:00:00.000Z'));
    const path = `${RS}/users/me/diplomas`;
    // On Kiritimati it is the 6th since two in the morning.
    expect((await asOwner.post(path, { titleId, obtainedAt: '2026-05-06T00:00:00Z' })).status).toBe(201);
    for (const obtainedAt of ['2026-05-06T00:00:01Z', '2026-05-07T00:00:00Z']) {
      expectProblem(await asOwner.post(path, { titleId, obtainedAt }), 422, 'obtained_in_future', 'obtainedAt');
    }
    app.setNow(null);
  });
});
