// A small S3 service for the rehearsal, with one empty bucket: node s3.mjs <port> <folder>
import S3rver from '@20minutes/s3rver';

const [port, directory] = process.argv.slice(2);
const server = new S3rver({
  address: '127.0.0.1',
  port: Number(port),
  silent: true,
  directory,
  vhostBuckets: false,
  configureBuckets: [{ name: 'credence', configs: [] }],
});
await server.run();
process.stdout.write('S3 is up\n');
process.on('SIGTERM', () => process.exit(0));
