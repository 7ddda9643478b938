import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Backup } from './backup.entity';

/** The record of backups. What copies a registry is made by the commands, on places of their own. */
@Module({ imports: [TypeOrmModule.forFeature([Backup])] })
export class TransferModule {}
