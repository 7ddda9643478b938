import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Confirmation } from './confirmation.entity';
import { Decision } from './decision.entity';
import { Profiles } from './profiles.service';
import { ReviewClaim } from './review-claim.entity';
import { ReviewFigures } from './review-figures.service';
import { ReviewDesk } from './review-desk.service';
import { ReviewDeskController } from './review-desk.controller';
import { SubmissionHistory } from './submission-history.service';
import { Submission } from './submission.entity';
import { VerificationController } from './verification.controller';
import { Verification } from './verification.entity';
import { Verifications } from './verifications.service';
import './personal-data';

/** Review of credentials of any kind. UsersModule, which it needs, is global. */
@Module({
  imports: [TypeOrmModule.forFeature([Verification, Submission, Confirmation, Decision, ReviewClaim])],
  controllers: [VerificationController, ReviewDeskController],
  providers: [Verifications, SubmissionHistory, Profiles, ReviewDesk, ReviewFigures],
  exports: [Verifications, SubmissionHistory, ReviewFigures],
})
export class VerificationModule {}
