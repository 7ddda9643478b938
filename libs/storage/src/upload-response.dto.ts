import { EnumField, InstantField, IntegerField, ObjectField, StringMapField, TextField, UuidField } from '#libs/common';
import { type PresignedPost } from './object-storage';
import { type Upload, UPLOAD_STATUSES } from './upload.entity';

/** An upload just announced, and the request that sends its bytes. */
export interface AnnouncedUpload {
  upload: Upload;
  post: PresignedPost;
}

/** An upload as its reader sees it. */
export interface ReadUpload {
  upload: Upload;
  /** Null until the file is ready. */
  downloadUrl: string | null;
}

export class PresignedPostResponse {
  @TextField({ maxLength: 2000, format: 'uri', example: 'http://127.0.0.1:3000/storage/objects' })
  url: string;

  @StringMapField({
    description: 'Form fields to send before the file, unchanged; the file comes last and is called `file`',
    example: {
      key: 'incoming/01939a5e-6f0c-7c3a-9d53-2f6b8f1c0a11',
      'Content-Type': 'application/pdf',
      policy: 'eyJrZXkiOiJpbmNvbWluZy8uLi4ifQ==',
      signature: '3q2-7wAA',
    },
  })
  fields: Record<string, string>;
}

export class UploadIntentResponse {
  @UuidField({ example: '01939a5e-6f0c-7c3a-9d53-2f6b8f1c0a11' })
  uploadId: string;

  @ObjectField(() => PresignedPostResponse)
  presignedPost: PresignedPostResponse;

  static from({ upload, post }: AnnouncedUpload): UploadIntentResponse {
    return { uploadId: upload.id, presignedPost: { url: post.url, fields: post.fields } };
  }
}

const PREVIEW = { maxLength: 2000, nullable: true, example: null };

/** Smaller pictures of the file; each is null while there is none. */
export class DerivativesResponse {
  @TextField(PREVIEW)
  thumb: string | null;

  @TextField(PREVIEW)
  medium: string | null;

  @TextField(PREVIEW)
  large: string | null;

  @TextField(PREVIEW)
  preview: string | null;
}

export class UploadResponse {
  @UuidField({ example: '01939a5e-6f0c-7c3a-9d53-2f6b8f1c0a11' })
  id: string;

  @EnumField(UPLOAD_STATUSES, { example: 'ready' })
  status: string;

  @TextField({ maxLength: 40, example: 'certificate' })
  kind: string;

  @TextField({ maxLength: 255, example: 'stcw-basic-safety.pdf' })
  originalFilename: string;

  @TextField({ maxLength: 100, example: 'application/pdf' })
  mime: string;

  @IntegerField({ min: 1, description: 'Length in bytes', example: 482113 })
  sizeBytes: number;

  @TextField({
    maxLength: 64,
    nullable: true,
    description: 'SHA-256 over the stored bytes, in lower-case hex; null until the file is ready',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  sha256: string | null;

  @InstantField()
  createdAt: string;

  @TextField({
    maxLength: 4000,
    nullable: true,
    format: 'uri',
    description: 'Where the file can be fetched for a short time; null until it is ready',
    example: 'http://127.0.0.1:3000/storage/objects?key=...&signature=...',
  })
  downloadUrl: string | null;

  @ObjectField(() => DerivativesResponse)
  derivatives: DerivativesResponse;

  @IntegerField({ min: 1, nullable: true, example: null })
  width: number | null;

  @IntegerField({ min: 1, nullable: true, example: null })
  height: number | null;

  @IntegerField({ min: 1, nullable: true, example: null })
  pageCount: number | null;

  @TextField({ maxLength: 200, nullable: true, example: null })
  threatName: string | null;

  @TextField({
    maxLength: 60,
    nullable: true,
    description: 'Why the upload failed, as a problem code',
    example: null,
  })
  failureCode: string | null;

  static from({ upload, downloadUrl }: ReadUpload): UploadResponse {
    return {
      id: upload.id,
      status: upload.status,
      kind: upload.kind,
      originalFilename: upload.originalFilename,
      mime: upload.mime,
      sizeBytes: upload.sizeBytes,
      sha256: upload.sha256,
      createdAt: upload.createdAt.toISOString(),
      downloadUrl,
      derivatives: { thumb: null, medium: null, large: null, preview: null },
      width: null,
      height: null,
      pageCount: null,
      threatName: null,
      failureCode: upload.failureCode,
    };
  }

  static etag({ upload }: ReadUpload): string {
    return upload.etag;
  }
}
