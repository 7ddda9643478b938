import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '#libs/config';
import { Telemetry } from '#libs/telemetry';

/** How much room there is where the disk driver keeps the files; embedded, PostgreSQL's are on the same disk. */
@Injectable()
export class DiskSpace {
  private readonly root: string;

  constructor({ meter }: Telemetry, { environment }: Config) {
    this.root = resolve(environment.DATA_DIR);
    const size = meter.createObservableGauge('credence_disk_size_bytes', {
      description: 'Size of the disk that DATA_DIR is on',
    });
    const free = meter.createObservableGauge('credence_disk_free_bytes', {
      description: 'Of it, what is left for this user',
    });
    meter.addBatchObservableCallback(
      async (result) => {
        const { bsize, blocks, bavail } = await statfs(this.root);
        result.observe(size, blocks * bsize);
        result.observe(free, bavail * bsize);
      },
      [size, free],
    );
  }
}
