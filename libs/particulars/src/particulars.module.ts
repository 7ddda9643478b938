import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Particulars } from './particulars.entity';
import { Vessel } from './vessel.entity';

@Module({ imports: [TypeOrmModule.forFeature([Particulars, Vessel])] })
export class ParticularsModule {}
