/** Where the disk driver receives and serves files. */
export const DISK_OBJECTS_PATH = 'storage/objects';
