export * from './confirmation.entity';
export * from './decision.entity';
export { ReviewFigures, type ReviewOverview } from './review-figures.service';
export { AnyDuplicateResponse, DuplicateResponse, duplicateOf } from './duplicate-response.dto';
export * from './submission.entity';
export { pastReviewSql, reviewSql } from './review-sql';
export { type ReviewedSubmission, SubmissionHistory } from './submission-history.service';
export { statusSql } from './status-sql';
export { addTargetType, CONTRACT_TARGET_TYPES, isInContract, type TargetType, targetTypes } from './target-types';
export { RejectDto, ReopenDto, VerifyDto } from './verification.dto';
export * from './verification.entity';
export * from './verification.errors';
export * from './verification.module';
export {
  AnyVerificationResponse,
  QueuePersonResponse,
  SubmissionResponse,
  VerificationResponse,
} from './verification-response.dto';
export { type SubmissionContent, type Target, Verifications } from './verifications.service';
