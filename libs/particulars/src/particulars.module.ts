import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ParticularsController } from './particulars.controller';
import { Particulars } from './particulars.entity';
import { PeoplesParticulars } from './particulars.service';
import { Vessel } from './vessel.entity';
import { VesselsController } from './vessels.controller';
import { Vessels } from './vessels.service';

@Module({
  imports: [TypeOrmModule.forFeature([Particulars, Vessel])],
  controllers: [ParticularsController, VesselsController],
  providers: [PeoplesParticulars, Vessels],
})
export class ParticularsModule {}
