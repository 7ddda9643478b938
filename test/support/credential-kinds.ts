import type { Person } from './given';
import type { Answer, HttpClient } from './http';
import { committedDocument, routesOf } from './openapi';
import { created, diplomaUuid } from './papers';
import type { TestApp } from './test-app';

const CREW = '/api/v1/crew';
const diplomasOf = ({ id }: Person) => `/users-organizations/v1/rs/users/${id}/diplomas`;

const routes = routesOf(committedDocument());

/** The kinds of credentials, by the word that their paths have: whatever openapi.json says can be verified. */
export const CREDENTIAL_KINDS = routes.flatMap(({ name }) => {
  const [, kind] = /^POST \/api\/v1\/crew\/([\w-]+)\/\{\w+\}\/verify$/.exec(name) ?? [];
  return kind ?? [];
});

/** What has been recorded of a person. */
export interface Credential {
  /** As a reviewer knows it. */
  id: string;
  path: string;
  /** Where it is changed. */
  address: string;
  /** Puts another file, or none, in the place of its file, which a reviewer vouches for. */
  change: (uploadId: string | null) => Promise<Answer>;
}

/** A credential of the kind is recorded of the person, by themselves or whosever client it is, with a file or without one. */
export function record(
  app: TestApp,
  kind: string,
  { person, client }: { person: Person; client: HttpClient },
  uploadId: string | null = null,
): Promise<Answer> {
  if (kind === 'diplomas') return recordDiploma(app, person, client, uploadId);
  const example = exampleOf(`POST ${CREW}/users/{user_id}/${kind}`);
  return client.post(`${CREW}/users/${person.uuid}/${kind}`, { ...example, uploadId });
}

/** The same, when nothing is to stand in its way. @throws Error for any answer but 201 */
export async function recorded(
  app: TestApp,
  kind: string,
  owner: { person: Person; client: HttpClient },
  uploadId: string | null = null,
): Promise<Credential> {
  const body = created(await record(app, kind, owner, uploadId));
  const id = kind === 'diplomas' ? await diplomaUuid(app, body.diploma.id) : body.id;
  const path = `${CREW}/${kind}/${id}`;
  const address = kind === 'diplomas' ? `${diplomasOf(owner.person)}/${body.diploma.id}` : path;
  return { id, path, address, change: (uploadId) => owner.client.patch(address, { uploadId }) };
}

/** The addresses below a credential's path that hand out links to its file. */
export function doorsToFile(kind: string): string[] {
  const answers = ['DownloadLinkResponse', 'UploadResponse'].map((name) => `#/components/schemas/${name}`);
  return routes
    .filter(({ method, path }) => method === 'GET' && path.startsWith(`${CREW}/${kind}/{`))
    .filter(({ operation }) =>
      answers.includes(operation.responses['200']?.content?.['application/json']?.schema.$ref ?? ''),
    )
    .map(({ path }) => path.slice(path.indexOf('}') + 1));
}

/** Contract D: under a title of the organisation. */
async function recordDiploma(
  app: TestApp,
  person: Person,
  client: HttpClient,
  uploadId: string | null,
): Promise<Answer> {
  const [{ id: titleId }] = await app.database.query<[{ id: number }]>(
    `insert into titles (organization_id, name, created_at, updated_at) values ($1, 'Master Mariner', now(), now())
     on conflict (organization_id, name) do update set updated_at = excluded.updated_at returning id`,
    [person.organizationId],
  );
  return client.post(diplomasOf(person), { titleId, obtainedAt: '2020-05-31T23:30:00Z', uploadId });
}

function exampleOf(name: string): object {
  const route = routes.find((each) => each.name === name);
  const example = route?.operation.requestBody?.content['application/json']?.example;
  if (!example) throw new Error(`openapi.json has no example for ${name}`);
  return example;
}
