export * from './decision.entity';
export { DuplicateResponse, duplicateOf } from './duplicate-response.dto';
export * from './submission.entity';
export { RejectDto } from './verification.dto';
export * from './verification.entity';
export * from './verification.errors';
export * from './verification.module';
export { SubmissionResponse, VerificationResponse } from './verification-response.dto';
export { type ReviewedSubmission, type SubmissionContent, type Target, Verifications } from './verifications.service';
