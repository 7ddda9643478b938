import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KindVersion } from './kind-version.entity';
import { KindsController } from './kinds.controller';
import { Kinds } from './kinds.service';

@Module({
  imports: [TypeOrmModule.forFeature([KindVersion])],
  controllers: [KindsController],
  providers: [Kinds],
  exports: [Kinds],
})
export class KindsModule {}
