import type { ClientBase } from 'pg';
import type { EntityManager } from 'typeorm';

/** Whether the SECRET_KEY is the one that the data was made with; `unknown` before anybody has noted it. */
export type SecretState = 'same' | 'other' | 'unknown';

const STORED = 'select secret_fingerprint as fingerprint from installation where id = 1';

export async function secretState(manager: EntityManager, fingerprint: Buffer): Promise<SecretState> {
  const [row] = await manager.query<{ fingerprint: Buffer | null }[]>(STORED);
  if (!row?.fingerprint) return 'unknown';
  return row.fingerprint.equals(fingerprint) ? 'same' : 'other';
}

/** Of two processes that start at once with different secrets, one is the first. Answers whose it is. */
export async function noteSecret(manager: EntityManager, fingerprint: Buffer): Promise<SecretState> {
  await manager.query('update installation set secret_fingerprint = $1 where id = 1 and secret_fingerprint is null', [
    fingerprint,
  ]);
  return secretState(manager, fingerprint);
}

/** From now on it is this one. */
export async function replaceSecret(tx: EntityManager, fingerprint: Buffer): Promise<void> {
  await tx.query('update installation set secret_fingerprint = $1 where id = 1', [fingerprint]);
}

/** Of the SECRET_KEY that the data was made with, as hex; null before the first start of a program that notes it. */
export async function storedFingerprint(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ fingerprint: Buffer | null }>(STORED);
  return rows[0]?.fingerprint?.toString('hex') ?? null;
}
