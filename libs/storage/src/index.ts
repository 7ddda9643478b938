export { DiskCheck } from './disk-check';
export { DISK_OBJECTS_PATH } from './disk-objects-path';
export {
  checkedPrefix,
  derivativeKey,
  derivedPrefix,
  derivedRoot,
  incomingKey,
  organizationPrefix,
  quarantineKey,
  ROOTS,
  uploadOf,
} from './object-key';
export * from './object-storage';
export { loadS3Check } from './s3-drivers';
export * from './open-storage';
export * from './storage-check';
export * from './storage.errors';
export * from './storage.module';
