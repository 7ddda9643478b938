import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KindsModule } from '#libs/kinds';
import { RequirementSetsController } from './requirement-sets.controller';
import { RequirementSets } from './requirement-sets.service';
import { RequirementVersion } from './requirement-version.entity';
import { StoredWaiver } from './waiver.entity';
import { WaiversController } from './waivers.controller';
import { Waivers } from './waivers.service';

@Module({
  imports: [TypeOrmModule.forFeature([RequirementVersion, StoredWaiver]), KindsModule],
  controllers: [RequirementSetsController, WaiversController],
  providers: [RequirementSets, Waivers],
  exports: [RequirementSets],
})
export class RequirementsModule {}
