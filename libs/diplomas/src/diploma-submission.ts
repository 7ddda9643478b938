import type { Upload } from '#libs/uploads';
import type { SubmissionContent } from '#libs/verification';
import type { Diploma } from './diploma.entity';

/** What a reviewer is shown and vouches for: title, day and file. */
export function submissionOf(diploma: Diploma, upload: Upload | null, submittedByUserUuid: string): SubmissionContent {
  return {
    snapshot: {
      titleId: diploma.titleId,
      titleName: diploma.title.name,
      obtainedAt: diploma.obtainedAt?.toISOString() ?? null,
      obtainedOn: diploma.obtainedOn,
      attachmentName: upload?.originalFilename ?? null,
      uploadId: upload?.id ?? null,
    },
    uploadId: upload?.id ?? null,
    fileSha256: upload?.sha256 ?? null,
    submittedByUserUuid,
  };
}
