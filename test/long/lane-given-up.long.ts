import { Config } from '#libs/config';
import { ProductDirectory, WORKER } from '../support/product';
import { type S3Server, startS3Server } from '../support/s3-server';
import { TestApp } from '../support/test-app';

describe('a worker whose jobs can never be given back', () => {
  let app: TestApp;
  let server: S3Server;
  let directory: ProductDirectory;

  beforeAll(async () => {
    server = await startS3Server();
    app = await TestApp.start({ environment: { ...server.environment, RUN_WORKER: 'false' } });
    directory = new ProductDirectory();
  });
  afterAll(async () => {
    await directory?.remove();
    await app?.close();
    await server?.stop();
  });

  it('begins its lane anew ten times, and then ends with 1 for its process manager to see', async () => {
    await app.database.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
      create trigger refuse before delete on graphile_worker._private_jobs for each row execute function refuse();
      select graphile_worker.add_job('sessions-remove-expired');`);
    const { DATABASE_URL = '', DATABASE_OWNER_URL = '' } = app.app.get(Config).environment;
    const services = { ...directory.ownServices(DATABASE_URL), ...server.environment };
    const worker = directory.run(WORKER, { ...services, DATABASE_OWNER_URL, LOG_LEVEL: 'error' });
    expect(await worker.ended).toBe(1);
    expect(worker.output.match(/A lane of jobs has stopped and is begun anew/g)).toHaveLength(10);
    expect(worker.output).toContain('Jobs cannot be run any more; see the log.');
  });
});
