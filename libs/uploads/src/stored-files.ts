import type { ClientBase } from 'pg';
import { DERIVATIVES } from '#libs/inspection';
import { derivativeKey, incomingKey, quarantineKey } from '#libs/storage';
import type { UploadStatus } from './upload.entity';

/** Any constant; whoever holds this lock copies the registry, and nothing that a row might name is removed meanwhile. */
export const REMOVALS_LOCK = 4_703_113;

const HAS_FILES = `(status in ('pending', 'uploaded', 'ready') or (status = 'infected' and failure_code is null))`;

const NEXT = `
  select number, id, organization_id as "organizationId", status, mime, object_key as "objectKey", sha256,
         derivatives_prefix as "derivativesPrefix", altered_at is not null as "isAltered"
  from uploads
  where number > $1 and ${HAS_FILES} order by number limit $2`;

const NOW = `
  select id, organization_id as "organizationId", status, object_key as "objectKey" from uploads where id = $1`;

interface Row {
  number: string | number;
  id: string;
  organizationId: string | number;
  status: UploadStatus;
  mime: string;
  objectKey: string | null;
  sha256: string | null;
  derivativesPrefix: string | null;
  isAltered: boolean;
}

/** An object that the records name, or may. */
export interface StoredFile {
  uploadId: string;
  key: string;
  contentType: string;
  /** What its bytes must have, lower-case hex; null where the records do not say. */
  sha256: string | null;
  /** Without it the registry is not whole. Others may not have arrived, may be made anew or are about to be removed. */
  isRequired: boolean;
}

/** Ends with the client's session. */
export async function holdRemovals(client: ClientBase): Promise<void> {
  await client.query('select pg_advisory_lock_shared($1)', [REMOVALS_LOCK]);
}

/** How many uploads with a number above this one have objects. */
export async function countUploads(client: ClientBase, after: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from uploads where number > $1 and ${HAS_FILES}`,
    [after],
  );
  return rows[0]?.count ?? 0;
}

/** The objects of the next uploads after a number, and the last one's number; null when there are no more. */
export async function storedFiles(
  client: ClientBase,
  after: number,
  limit: number,
): Promise<{ last: number; count: number; files: StoredFile[] } | null> {
  const { rows } = await client.query<Row>(NEXT, [after, limit]);
  const last = rows.at(-1);
  return last ? { last: Number(last.number), count: rows.length, files: rows.flatMap(filesOf) } : null;
}

/** Where the bytes of an upload are by now, if it is another place than when its row was read; null: nowhere. */
export async function keyByNow(client: ClientBase, uploadId: string): Promise<string | null> {
  const { rows } = await client.query<Pick<Row, 'id' | 'organizationId' | 'status' | 'objectKey'>>(NOW, [uploadId]);
  const now = rows[0];
  if (now?.status === 'infected') return quarantineKey(Number(now.organizationId), now.id);
  return now?.status === 'uploaded' || now?.status === 'ready' ? now.objectKey : null;
}

function filesOf(row: Row): StoredFile[] {
  const { id: uploadId, mime: contentType, derivativesPrefix: prefix } = row;
  const sha256 = row.isAltered ? null : row.sha256;
  if (row.status === 'pending') {
    return [{ uploadId, key: incomingKey(uploadId), contentType, sha256: null, isRequired: false }];
  }
  if (row.objectKey === null) {
    const key = quarantineKey(Number(row.organizationId), uploadId);
    return [{ uploadId, key, contentType, sha256, isRequired: false }];
  }
  const pictures = prefix === null ? [] : DERIVATIVES.map((name) => derivativeKey(prefix, name));
  return [
    { uploadId, key: row.objectKey, contentType, sha256, isRequired: true },
    ...pictures.map((key) => ({ uploadId, key, contentType: 'image/webp', sha256: null, isRequired: false })),
  ];
}
