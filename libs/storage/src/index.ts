export { ClamdScanner } from './clamd-scanner';
export { DiskCheck } from './disk-check';
export { DISK_OBJECTS_PATH } from './disk-objects-path';
export * from './file-inspection';
export * from './file-inspector';
export * from './inspection.errors';
export * from './inspection.module';
export * from './malware-scanner';
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
export { INSPECTION_LIMITS, type InspectionLimits, ProcessFileInspector } from './process-file-inspector';
export { loadS3Check } from './s3-drivers';
export * from './storage-check';
export * from './storage.errors';
export * from './storage.module';
