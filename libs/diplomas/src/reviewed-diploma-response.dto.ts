import {
  DateField,
  EnumField,
  InstantField,
  IntegerField,
  ObjectField,
  type ResponseContext,
  UuidField,
} from '#libs/common';
import { UPLOAD_STATUSES } from '#libs/uploads';
import { DuplicateResponse, duplicateOf, VerificationResponse } from '#libs/verification';
import { AttachmentResponse } from './diploma-response.dto';
import type { Diploma } from './diploma.entity';
import { TitleResponse } from './title.dto';

/** A diploma under the name that contract C knows it by. */
export class ReviewedDiplomaResponse {
  @UuidField({ example: '01938e7c-2a11-7b0d-8b5a-5f2c1d0e9f44' })
  id: string;

  @IntegerField({ description: 'Its id in contract D', example: 31 })
  diplomaId: number;

  @UuidField({ description: 'Whose it is', example: '01938e7a-5c5e-7d4f-9a51-0c5f3f9f5b11' })
  userId: string;

  @ObjectField(() => TitleResponse)
  title: TitleResponse;

  @ObjectField(() => AttachmentResponse, { nullable: true })
  attachment: AttachmentResponse | null;

  @UuidField({ nullable: true, example: '01938e7b-0d2c-7b52-9a0e-6d1f0f8c1b33' })
  uploadId: string | null;

  @EnumField(UPLOAD_STATUSES, {
    nullable: true,
    description: 'How far the file is: only with `ready` can the diploma be verified; null without one',
    example: 'ready',
  })
  fileStatus: string | null;

  @InstantField({ nullable: true })
  obtainedAt: string | null;

  @DateField({
    nullable: true,
    description: 'The day that `obtainedAt` names: the one it is written with, but for some older diplomas',
    example: '2024-12-05',
  })
  obtainedOn: string | null;

  @ObjectField(() => VerificationResponse)
  verification: VerificationResponse;

  @ObjectField(() => DuplicateResponse, {
    nullable: true,
    description: 'The credential that had the same file when this one was sent in; null when there was none',
  })
  duplicateOf: DuplicateResponse | null;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;

  static from(diploma: Diploma, context: ResponseContext): ReviewedDiplomaResponse {
    return {
      id: diploma.uuid,
      diplomaId: diploma.id,
      userId: diploma.userUuid,
      title: TitleResponse.from(diploma.sentTitle),
      attachment: diploma.attachment && { id: diploma.attachment.number, name: diploma.attachment.originalFilename },
      uploadId: diploma.uploadId,
      fileStatus: diploma.upload?.status ?? null,
      obtainedAt: diploma.obtainedAt?.toISOString() ?? null,
      obtainedOn: diploma.obtainedOn,
      verification: VerificationResponse.from(diploma.verification, context),
      duplicateOf: duplicateOf(diploma.verification, context.reader),
      createdAt: diploma.createdAt.toISOString(),
      updatedAt: diploma.updatedAt.toISOString(),
    };
  }

  static etag(diploma: Diploma): string {
    return diploma.verification.etag;
  }
}
