export * from './object-storage';
export * from './storage.module';
export * from './upload.entity';
/** Where the disk driver receives and serves files. */
export const DISK_OBJECTS_PATH = 'storage/objects';
