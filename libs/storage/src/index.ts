export { DISK_OBJECTS_PATH } from './disk-objects-path';
export * from './download-link-response.dto';
export * from './download-link-response.dto';
export * from './object-storage';
export * from './storage.errors';
export * from './storage.module';
export * from './upload.entity';
export * from './uploads.errors';
export * from './uploads.service';
