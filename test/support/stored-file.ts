import { createHash } from 'node:crypto';
import { newId } from '#libs/common';
import { ObjectStorage } from '#libs/storage';
import type { Upload } from '#libs/uploads';
import type { Person } from './given';
import type { TestApp } from './test-app';

export const STORED_BYTES = 1000;
const DAY_MS = 86_400_000;

/** A file as the product leaves it after its checks, sent so many days ago; its bytes are `content`, again and again. */
export async function storedFile(
  app: TestApp,
  { organizationId, uuid, role }: Person,
  { daysAgo = 0, content, ...change }: { daysAgo?: number; content?: string | Buffer } & Partial<Upload> = {},
): Promise<{ id: string; key: string; bytes: Buffer }> {
  const id = newId();
  const key = `files/${organizationId}/${id}/${newId()}`;
  const bytes = Buffer.alloc(STORED_BYTES, content ?? id);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const at = new Date(Date.now() - daysAgo * DAY_MS);
  const prefix = `derived/${organizationId}/${id}/1/`;
  const values = { status: 'ready', objectKey: key, derivativesPrefix: prefix, ...change };
  await app.database.query(
    `insert into uploads (id, organization_id, uploaded_by_user_uuid, kind, status, mime, size_bytes, original_filename,
       object_key, derivatives_prefix, sha256, expires_at, created_at, updated_at, sent_by_office)
     values ($1, $2, $3, 'certificate', $4, 'application/pdf', $5, 'scan.pdf', $6, $7, $8, $9, $9, $9, $10)`,
    [
      id,
      organizationId,
      uuid,
      values.status,
      STORED_BYTES,
      values.objectKey,
      values.derivativesPrefix,
      sha256,
      at,
      role !== 'crew-member',
    ],
  );
  if (values.status !== 'infected') await reserve(app, organizationId);
  const storage = app.app.get(ObjectStorage);
  await storage.write(values.objectKey ?? `quarantine/${organizationId}/${id}`, bytes, 'application/pdf');
  if (values.derivativesPrefix) await storage.write(`${prefix}thumb.webp`, bytes, 'image/webp');
  return { id, key, bytes };
}

/** What announcing the file would have reserved. */
async function reserve(app: TestApp, organizationId: number): Promise<void> {
  await app.database.query(
    `insert into upload_usage values ($1, $2)
     on conflict (organization_id) do update set reserved_bytes = upload_usage.reserved_bytes + excluded.reserved_bytes`,
    [organizationId, STORED_BYTES],
  );
}
