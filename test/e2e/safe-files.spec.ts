import { Jobs } from '#libs/jobs';
import { ObjectStorage } from '#libs/storage';
import { type ClamdServer, eicar, startClamdServer } from '../support/clamd-server';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { image, pdf, type SampleFile } from '../support/sample-files';
import { checked, sendFile, sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const UPLOADS = '/api/v1/shared/uploads';

/** `npm run test:clamav` shows more of this with a real clamd. */
describe('scanned and served:', () => {
  let clamd: ClamdServer;
  let app: TestApp;
  let owner: Person;
  let client: HttpClient;

  beforeAll(async () => {
    clamd = await startClamdServer();
    app = await TestApp.start({ environment: clamd.environment });
    owner = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    client = await app.as(owner);
  });
  afterEach(() => {
    clamd.mood = 'well';
  });
  afterAll(async () => {
    await app?.close();
    await clamd?.stop();
  });

  const read = (id: string) => client.get(`${UPLOADS}/${id}`);
  const scanner = async () => {
    const { status, body } = await app.anonymous.get('/health/ready');
    return [status, body.checks.scanner];
  };

  async function dispositionOf(url: string): Promise<string | undefined> {
    const { headers } = await fetch(url, { method: 'HEAD' });
    return headers.get('content-disposition')?.split(';')[0];
  }

  function infected(): SampleFile {
    const file = pdf();
    return { ...file, bytes: Buffer.concat([file.bytes, eicar()]) };
  }

  it('a clean file becomes ready, and the scanner has seen every byte of it', async () => {
    const file = pdf(300_000);
    const id = await sendFile(client, file);
    expect(await checked(app, id)).toBe('ready');
    expect(clamd.received.some((bytes) => bytes.equals(file.bytes))).toBe(true);
  });

  it('an infected file goes to quarantine, where no link leads', async () => {
    const file = infected();
    const id = await sendFile(client, file);
    const certificate = await client.post(`${CREW}/users/${owner.uuid}/certificates`, {
      certificateType: 'medical',
      uploadId: id,
    });
    expect(await checked(app, id)).toBe('infected');
    expect((await read(id)).body).toMatchObject({
      threatName: 'Eicar-Signature',
      downloadUrl: null,
      derivatives: { thumb: null, medium: null, large: null, preview: null },
    });
    if (certificate.status === 201) {
      const path = `${CREW}/certificates/${certificate.body.id}/download`;
      expectProblem(await client.get(path), 404, 'certificate_has_no_file');
    }
    const storage = app.app.get(ObjectStorage);
    expect(await storage.find(`quarantine/${owner.organizationId}/${id}`)).toEqual({ size: file.bytes.length });
  });

  it('an infected file takes up nothing of the quota, a clean one what it is long', async () => {
    const organization = await app.given.organization({ uploadQuotaBytes: infected().bytes.length });
    const sender = await app.as(await app.given.person({ organization, role: 'crew-member' }));
    expect(await checked(app, await sendFile(sender, infected()))).toBe('infected');
    await sendReadyFile(app, sender, pdf(organization.uploadQuotaBytes));
    const { mime, filename } = pdf();
    const another = { kind: 'certificate', mime, filename, size: 1 };
    expectProblem(await sender.post(`${UPLOADS}/intent`, another), 413, 'quota_exceeded');
  });

  it('a file waits while the scanner cannot scan it, and is looked at again', async () => {
    clamd.mood = 'failing';
    const id = await sendFile(client, pdf());
    const check = () => app.app.get(Jobs).byName.get('uploads.check')?.({ uploadId: id });
    await expect(check()).rejects.toThrow('clamd did not scan the file');
    expect((await read(id)).body).toMatchObject({ status: 'uploaded', downloadUrl: null, threatName: null });
    // As the queue does by itself after a while.
    clamd.mood = 'well';
    await check();
    expect(await checked(app, id)).toBe('ready');
  });

  it('a file larger than the scanner takes is never passed for clean', async () => {
    const id = await sendFile(client, pdf(1_100_000));
    await expect(app.app.get(Jobs).byName.get('uploads.check')?.({ uploadId: id })).rejects.toThrow();
    expect((await read(id)).body.status).toBe('uploaded');
  });

  it('a picture is shown by the browser on demand, what could run script is saved all the same', async () => {
    const dispositions = async (file: SampleFile) => {
      const uploadId = await sendReadyFile(app, client, file);
      const certificate = { certificateType: 'medical', uploadId };
      const { id } = (await client.post(`${CREW}/users/${owner.uuid}/certificates`, certificate)).body;
      const ways = [`${CREW}/certificates/${id}/download`, `${UPLOADS}/${uploadId}`];
      expectProblem(await client.get(`${ways[0]}?disposition=open`), 400, 'invalid_request', 'disposition');
      return Promise.all(
        ['?disposition=inline', '?disposition=attachment', ''].flatMap((query) =>
          ways.map(async (way) => {
            const { body } = await client.get(way + query);
            return dispositionOf((body.url ?? body.downloadUrl) as string);
          }),
        ),
      );
    };
    const saved = Array<string>(4).fill('attachment');
    expect(await dispositions(await image('jpeg'))).toEqual(['inline', 'inline', ...saved]);
    expect(await dispositions(pdf())).toEqual(['attachment', 'attachment', ...saved]);
  });

  it('the smaller pictures are shown, and are WebP', async () => {
    const id = await sendReadyFile(app, client, await image('png'));
    const { derivatives } = (await read(id)).body;
    for (const url of Object.values<string>(derivatives)) {
      const { headers } = await fetch(url);
      expect([headers.get('content-type'), await dispositionOf(url)]).toEqual(['image/webp', 'inline']);
    }
  });

  it('readiness names the scanner, and does not depend on it', async () => {
    expect(await scanner()).toEqual([200, 'ok']);
    await clamd.stop();
    expect(await scanner()).toEqual([200, 'failing']);
  });
});
