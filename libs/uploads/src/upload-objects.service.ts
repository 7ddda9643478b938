import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { checkedPrefix, derivedRoot, incomingKey, ObjectStorage, quarantineKey } from '#libs/storage';
import { Upload } from './upload.entity';

/** Keeps the storage to what the rows say. */
@Injectable()
export class UploadObjects {
  private readonly logger = new Logger('UploadObjects');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
  ) {}

  /** Removes everything of an upload but what its row names: what lost a race, and what a process left that was killed. */
  async tidy(uploadId: string): Promise<void> {
    const upload = await this.dataSource.manager.findOneBy(Upload, { id: uploadId });
    if (!upload) return;
    const { organizationId, objectKey, derivativesPrefix, status } = upload;
    await this.storage.remove(incomingKey(uploadId));
    if (status !== 'infected') await this.storage.remove(quarantineKey(organizationId, uploadId));
    for (const key of await this.storage.list(checkedPrefix(organizationId, uploadId))) {
      if (key !== objectKey) await this.storage.remove(key);
    }
    for (const key of await this.storage.list(derivedRoot(organizationId, uploadId))) {
      if (derivativesPrefix === null || !key.startsWith(derivativesPrefix)) await this.storage.remove(key);
    }
  }

  /** Removes an object whose fate is already decided; what stays behind is found by the job that closes the upload. */
  async discard(key: string): Promise<void> {
    try {
      await this.storage.remove(key);
    } catch {
      this.logger.warn('An object could not be removed; it goes when the upload is closed');
    }
  }
}
