import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Verification } from './verification.entity';
import { Submission } from './submission.entity';
import { Decision } from './decision.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Verification, Submission, Decision])],
})
export class VerificationModule {}
