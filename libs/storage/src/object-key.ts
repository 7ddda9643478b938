import { isUuid } from '#libs/common';

/** Lower-case segments that begin with a letter or a digit: no `..`, nothing hidden, nothing absolute. */
const KEY = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/;
const MAX_KEY_LENGTH = 300;

/** True for a key that this product makes. The disk driver turns keys into paths, so nothing else may reach it. */
export function isObjectKey(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && KEY.test(key);
}

/** Below these lies what people may be given: checked files, and the pictures made from them. */
const SERVED = /^(?:files|derived)\//;

/**
 * True for a key that a link may lead to. Never to where a client can still write, nor into quarantine: every link is checked
 * against this when it is made, and those of the disk driver again when they are followed.
 */
export function isServedKey(key: string): boolean {
  return isObjectKey(key) && SERVED.test(key);
}

/** Where the client's bytes arrive. The client can write here until the link expires, so nothing is ever served from it. */
export function incomingKey(uploadId: string): string {
  return `incoming/${uploadId}`;
}

/** Below this lie all checked files of an organisation. */
export function organizationPrefix(organizationId: number): string {
  return `files/${organizationId}/`;
}

/** Below this, copies made for checking; one of them becomes the file. */
export function checkedPrefix(organizationId: number, uploadId: string): string {
  return `${organizationPrefix(organizationId)}${uploadId}/`;
}

/** Below this lie the smaller pictures that one run of the checks has made of a file. */
export function derivedPrefix(organizationId: number, uploadId: string, attempt: string): string {
  return `${derivedRoot(organizationId, uploadId)}${attempt}/`;
}

/** Below this lie the smaller pictures of all runs. */
export function derivedRoot(organizationId: number, uploadId: string): string {
  return `derived/${organizationId}/${uploadId}/`;
}

export function derivativeKey(prefix: string, name: string): string {
  return `${prefix}${name}.webp`;
}

/** Where an infected file is kept; nothing ever makes a link to it. */
export function quarantineKey(organizationId: number, uploadId: string): string {
  return `quarantine/${organizationId}/${uploadId}`;
}

/** Everything of this product lies below one of these, in the order of their names. */
export const ROOTS = ['derived/', 'files/', 'incoming/', 'quarantine/'] as const;

/** Which upload an object belongs to by its key; null for a key that this product has not made. */
export function uploadOf(key: string): string | null {
  const [root, ...rest] = key.split('/');
  const id = root === 'incoming' ? rest[0] : rest[1];
  return id !== undefined && isUuid(id) ? id : null;
}
