import { Module } from '@nestjs/common';
import { KindsModule } from '#libs/kinds';
import { ParticularsModule } from '#libs/particulars';
import { RequirementsModule } from '#libs/requirements';
import { FitnessController } from './fitness.controller';
import { FitnessList } from './fitness-list.service';
import { Fitnesses } from './fitnesses.service';
import { PeopleFacts } from './people-facts.service';

@Module({
  imports: [KindsModule, ParticularsModule, RequirementsModule],
  controllers: [FitnessController],
  providers: [PeopleFacts, Fitnesses, FitnessList],
})
export class FitnessModule {}
