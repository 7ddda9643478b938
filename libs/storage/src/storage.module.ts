import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Upload } from './upload.entity';
import { UploadUsage } from './upload-usage.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Upload, UploadUsage])],
})
export class StorageModule {}
