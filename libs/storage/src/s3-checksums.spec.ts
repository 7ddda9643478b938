import { createHash } from 'node:crypto';
import { Clock } from '#libs/common';
import { S3Checksums } from './s3-checksums';

type Service = (isRight: boolean, fields: Record<string, string>) => number;

const AWS: Service = (isRight) => (isRight ? 204 : 400);
/** Compares only what is named in its own way. */
const CEPH_20: Service = (isRight, fields) => (isRight || !('x-amz-sdk-checksum-algorithm' in fields) ? 204 : 400);
const IGNORANT: Service = () => 204;
const UNWILLING: Service = () => 400;

const SHA256 = createHash('sha256').update('a file').digest('hex');

function against(service: Service): { checksums: S3Checksums; asked: () => number } {
  let asked = 0;
  const checksums = new S3Checksums((bytes, fields) => {
    asked += 1;
    const right = createHash('sha256').update(bytes).digest('base64');
    return Promise.resolve(service(fields['x-amz-checksum-sha256'] === right, fields));
  }, new Clock());
  return { checksums, asked: () => asked };
}

describe('a checksum in a form', () => {
  it.each([
    ['AWS', AWS, 'x-amz-checksum-algorithm'],
    ['Ceph 20', CEPH_20, 'x-amz-sdk-checksum-algorithm'],
  ])('is pinned in the way that %s compares', async (_, service, field) => {
    const { checksums } = against(service);
    expect(await checksums.areEnforced()).toBe(true);
    expect(checksums.fieldsFor(SHA256)).toEqual({
      [field]: 'SHA256',
      'x-amz-checksum-sha256': Buffer.from(SHA256, 'hex').toString('base64'),
    });
  });

  it.each([
    ['ignores it', IGNORANT],
    ['refuses every form with one', UNWILLING],
  ])('is left out for a service that %s', async (_, service) => {
    const { checksums } = against(service);
    expect(await checksums.areEnforced()).toBe(false);
    expect(checksums.fieldsFor(SHA256)).toEqual({});
  });

  it('is left out, without waiting, until the service was asked, which happens once', async () => {
    const { checksums, asked } = against(AWS);
    expect(checksums.fieldsFor(SHA256)).toEqual({});
    expect(checksums.fieldsFor(SHA256)).toEqual({});
    await checksums.areEnforced();
    expect(Object.keys(checksums.fieldsFor(SHA256))).toHaveLength(2);
    expect(asked()).toBe(2);
  });

  it('is asked about again when the service was away', async () => {
    let isAway = true;
    const { checksums } = against((isRight, fields) => (isAway ? 503 : AWS(isRight, fields)));
    await expect(checksums.areEnforced()).rejects.toThrow('503');
    isAway = false;
    expect(await checksums.areEnforced()).toBe(true);
  });
});
