import {
  EnumField,
  EnumListField,
  InstantField,
  IntegerField,
  ObjectField,
  StringMapField,
  TextField,
  UuidField,
} from '#libs/common';
import { type Derivative, FILE_WARNINGS } from '#libs/inspection';
import type { PresignedPost } from '#libs/storage';
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
  links: FileLinks | null;
}

/** Presigned links to a file and to its smaller pictures, good for the same short time. */
export interface FileLinks {
  downloadUrl: string;
  /** Null for a file from before there were pictures. */
  derivatives: Record<Derivative, string> | null;
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

function PictureField(description: string, example: string) {
  return TextField({ maxLength: 4000, nullable: true, format: 'uri', description, example });
}

const PICTURE_URL = 'http://127.0.0.1:3000/storage/objects?key=derived...&signature=...';

/** Smaller pictures of the file, WebP; each is null until the file is ready. */
export class DerivativesResponse {
  @PictureField('The first page, at most 256 pixels wide and high', PICTURE_URL)
  thumb: string | null;

  @PictureField('The first page, at most 1024 pixels wide and high', PICTURE_URL)
  medium: string | null;

  @PictureField('The first page, at most 2048 pixels wide and high', PICTURE_URL)
  large: string | null;

  @PictureField('Up to five pages below each other, at most 1200 pixels wide', PICTURE_URL)
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
    maxLength: 8000,
    nullable: true,
    format: 'uri',
    description: 'Where the file can be fetched for a short time; null until it is ready',
    example: 'http://127.0.0.1:3000/storage/objects?key=...&signature=...',
  })
  downloadUrl: string | null;

  @ObjectField(() => DerivativesResponse)
  derivatives: DerivativesResponse;

  @IntegerField({
    min: 1,
    nullable: true,
    description: "Pixels of the upright picture, points of a PDF's first page; null until the file is ready",
    example: 595,
  })
  width: number | null;

  @IntegerField({ min: 1, nullable: true, example: 842 })
  height: number | null;

  @IntegerField({ min: 1, nullable: true, example: 2 })
  pageCount: number | null;

  @TextField({
    maxLength: 200,
    nullable: true,
    description: 'What the malware scanner found in an infected file',
    example: null,
  })
  threatName: string | null;

  @EnumListField(FILE_WARNINGS, {
    description: 'What a reader should know of the content; more words may come',
    example: [],
  })
  warnings: string[];

  @TextField({
    maxLength: 60,
    nullable: true,
    description: 'Why the upload failed, as a problem code',
    example: null,
  })
  failureCode: string | null;

  static from({ upload, links }: ReadUpload): UploadResponse {
    return {
      id: upload.id,
      status: upload.status,
      kind: upload.kind,
      originalFilename: upload.originalFilename,
      mime: upload.mime,
      sizeBytes: upload.sizeBytes,
      sha256: upload.sha256,
      createdAt: upload.createdAt.toISOString(),
      downloadUrl: links?.downloadUrl ?? null,
      derivatives: links?.derivatives ?? { thumb: null, medium: null, large: null, preview: null },
      width: upload.width,
      height: upload.height,
      pageCount: upload.pageCount,
      threatName: upload.threatName,
      warnings: upload.warnings,
      failureCode: upload.failureCode,
    };
  }

  static etag({ upload }: ReadUpload): string {
    return upload.etag;
  }
}
