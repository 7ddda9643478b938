import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { freePort } from '#libs/database';

export interface S3Server {
  /** What the product needs to use it. */
  environment: Record<string, string>;
  stop: () => Promise<void>;
}

const BUCKET = 'credence-test';

export interface S3ServerOptions {
  /** Certificate and key in PEM form: it then speaks TLS. */
  tls?: { cert: string; key: string };
  /** XML, as S3 would be sent it: rules for browsers. */
  bucketConfigs?: string[];
}

/** A small S3 server on a free port of 127.0.0.1, with one empty bucket. It does not enforce POST policies. */
export async function startS3Server({ tls, bucketConfigs = [] }: S3ServerOptions = {}): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-s3-'));
  const port = await freePort();
  const server = new S3rver({
    address: '127.0.0.1',
    port,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [{ name: BUCKET, configs: bucketConfigs }],
    ...tls,
  });
  keepFolders(server);
  const restore = escapeStrictly();
  await server.run();
  return {
    environment: {
      S3_BUCKET: BUCKET,
      S3_REGION: 'us-east-1',
      S3_ENDPOINT: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
      S3_FORCE_PATH_STYLE: 'true',
      // The one pair of keys this server knows.
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
    stop: async () => {
      server.httpServer?.closeAllConnections();
      await server.close();
      restore();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * The server keeps objects as files, and with the last file of a folder it removes the folder: also when another file is being written there by
 * then, which is lost or refused. S3 has no folders; so they stay.
 */
function keepFolders({ store }: S3rver): void {
  store.deleteObject = async (bucket, key) => {
    const parts = ['object', 'object.md5', 'metadata.json'];
    await Promise.all(parts.map((part) => rm(store.getResourcePath(bucket, key, part), { force: true })));
  };
}

/**
 * The server checks signatures with `encodeURIComponent`, which leaves `!'()*` alone where RFC 3986 and S3 escape them, so it
 * would refuse every link with a file name (`filename*=UTF-8''...`). While it runs, the function escapes them too.
 */
function escapeStrictly(): () => void {
  const original = globalThis.encodeURIComponent;
  globalThis.encodeURIComponent = (text) =>
    original(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return () => {
    globalThis.encodeURIComponent = original;
  };
}
