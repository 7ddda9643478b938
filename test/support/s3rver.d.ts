/** The package brings no types; these are the parts that test/support/s3-server.ts uses. */
declare module '@20minutes/s3rver' {
  import type { Server } from 'node:http';

  class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      vhostBuckets: boolean;
      configureBuckets: { name: string; configs?: string[] }[];
      cert?: string;
      key?: string;
    });
    readonly httpServer?: Server;
    readonly store: {
      getResourcePath(bucket: string, key: string, resource: string): string;
      deleteObject(bucket: string, key: string): Promise<void>;
    };
    run(): Promise<unknown>;
    close(): Promise<void>;
  }
  export = S3rver;
}
