import { createSecretKey, randomBytes } from 'node:crypto';
import { SignedLinks, type UploadFields } from './signed-links';

const AT = new Date('2026-05-05T12:00:00.000Z');
const BEFORE = new Date(AT.getTime() - 1);
const download = {
  key: 'files/1/0193a5c2-7f4e-7b1a-9c3d-2e8f6a4b1c0d/file',
  disposition: 'inline' as const,
  filename: 'a.pdf',
  contentType: 'application/pdf',
  expiresAt: AT,
};
const upload = { key: 'incoming/1/a', contentType: 'application/pdf', size: 3, sha256: 'a'.repeat(64), expiresAt: AT };

describe('a link that is signed', () => {
  const links = new SignedLinks(createSecretKey(randomBytes(32)));
  const query = Object.fromEntries(links.downloadQuery(download));
  const fields = links.uploadFields(upload);

  it('gives what was written into it until the moment it ends, and nothing from that moment on', () => {
    expect(links.readDownload(query, BEFORE)).toEqual(download);
    expect(links.readUpload(fields, BEFORE)).toEqual(upload);
    expect(() => links.readDownload(query, AT)).toThrow('expired');
    expect(() => links.readUpload(fields, AT)).toThrow('expired');
  });

  it.each(Object.keys(query))('gives nothing with another %s, or without one', (name) => {
    const changes = [`${query[name]}x`, `${query[name]}`.slice(1), '', undefined];
    for (const value of changes) {
      expect(() => links.readDownload({ ...query, [name]: value }, BEFORE)).toThrow('not made');
    }
  });

  it.each(['key', 'policy', 'signature'] as const)('takes no file with another %s', (name) => {
    for (const value of [`${fields[name]}x`, fields[name].slice(1), '']) {
      const changed: UploadFields = { ...fields, [name]: value };
      expect(() => links.readUpload(changed, BEFORE)).toThrow('not made');
    }
  });

  it('of somebody with another secret gives nothing', () => {
    const others = new SignedLinks(createSecretKey(randomBytes(32)));
    expect(() => others.readDownload(query, BEFORE)).toThrow('not made');
    expect(() => others.readUpload(fields, BEFORE)).toThrow('not made');
  });
});
