import { ApiProperty } from '@nestjs/swagger';
import {
  BooleanField,
  InstantField,
  IntegerField,
  ListField,
  ObjectField,
  type ResponseContext,
  StringMapField,
  TextField,
  UuidField,
} from '#libs/common';
import { VerificationResponse } from '#libs/verification';
import type { DiplomaView } from './diploma-reader.service';
import type { WrittenDiploma } from './diplomas.service';
import { type List, ListResponse } from './list-query.dto';
import { TitleResponse } from './title.dto';

const URL_EXAMPLE = 'https://credence.example.org/users-organizations/v1/rs/files?token=...';

/** A diploma as the writing routes answer it. */
export class DiplomaResponse {
  @IntegerField({ example: 31 })
  id: number;

  @IntegerField({ example: 17 })
  userId: number;

  @IntegerField({ example: 1 })
  organizationId: number;

  @IntegerField({ example: 7 })
  titleId: number;

  @InstantField({ nullable: true })
  obtainedAt: string | null;

  @InstantField({ nullable: true, example: null })
  deletedAt: string | null;

  @InstantField()
  updatedAt: string;

  @InstantField()
  createdAt: string;

  static from({ diploma, userId }: Pick<WrittenDiploma, 'diploma' | 'userId'>): DiplomaResponse {
    return {
      id: diploma.id,
      userId,
      organizationId: diploma.organizationId,
      titleId: diploma.titleId,
      obtainedAt: diploma.obtainedAt?.toISOString() ?? null,
      deletedAt: diploma.deletedAt?.toISOString() ?? null,
      updatedAt: diploma.updatedAt.toISOString(),
      createdAt: diploma.createdAt.toISOString(),
    };
  }
}

/** The presigned request that sends the file straight to storage: every field first, then the bytes as `file`. */
export class DiplomaUploadResponse {
  @UuidField({
    description: 'May be finalized like any upload; it is picked up by itself too',
    example: '0193a1f1-7d20-7b43-b0c8-52e4c1a9d3f0',
  })
  uploadId: string;

  @TextField({ maxLength: 4000, format: 'uri', example: 'https://storage.example.org/credence' })
  url: string;

  @TextField({ maxLength: 10, example: 'POST' })
  method: string;

  @StringMapField({ description: 'Headers to send', example: {} })
  headers: Record<string, string>;

  @StringMapField({
    description: 'Form fields to send before the file',
    example: {
      key: 'incoming/0193a1f1-7d20-7b43-b0c8-52e4c1a9d3f0',
      'Content-Type': 'application/pdf',
      Policy: 'eyJl...',
    },
  })
  fields: Record<string, string>;

  @InstantField()
  expiresAt: string;
}

export class WrittenDiplomaResponse {
  @ObjectField(() => DiplomaResponse)
  diploma: DiplomaResponse;

  @TextField({
    maxLength: 4000,
    format: 'uri',
    description: 'Downloads the file; 404 until it has arrived',
    example: URL_EXAMPLE,
  })
  presignedUrl: string;

  @ObjectField(() => DiplomaUploadResponse, { nullable: true, description: 'null without an attachment' })
  upload: DiplomaUploadResponse | null;

  static from(written: WrittenDiploma): WrittenDiplomaResponse {
    const { upload } = written;
    return {
      diploma: DiplomaResponse.from(written),
      presignedUrl: written.presignedUrl,
      upload: upload && {
        uploadId: upload.uploadId,
        url: upload.post.url,
        method: 'POST',
        headers: {},
        fields: upload.post.fields,
        expiresAt: upload.expiresAt.toISOString(),
      },
    };
  }

  static etag({ diploma }: WrittenDiploma): string {
    return diploma.verification.etag;
  }
}

export class DeletedDiplomaResponse {
  @ObjectField(() => DiplomaResponse)
  diploma: DiplomaResponse;

  static from(written: Pick<WrittenDiploma, 'diploma' | 'userId'>): DeletedDiplomaResponse {
    return { diploma: DiplomaResponse.from(written) };
  }

  static etag({ diploma }: Pick<WrittenDiploma, 'diploma'>): string {
    return diploma.verification.etag;
  }
}

export class AttachmentResponse {
  @IntegerField({ example: 204 })
  id: number;

  @TextField({ maxLength: 255, example: 'diploma.pdf' })
  name: string;
}

/** What the caller may do. */
export class DiplomaActionsResponse {
  @BooleanField({ example: true })
  canBeUpdated: boolean;

  @BooleanField({ example: true })
  canBeDeleted: boolean;
}

/** A diploma as the reading routes answer it. */
export class DiplomaItemResponse {
  @IntegerField({ example: 31 })
  id: number;

  @IntegerField({ example: 17 })
  userId: number;

  @ObjectField(() => TitleResponse)
  title: TitleResponse;

  @ObjectField(() => AttachmentResponse, { nullable: true })
  attachment: AttachmentResponse | null;

  @InstantField({ nullable: true })
  obtainedAt: string | null;

  @InstantField({ nullable: true, example: null })
  deletedAt: string | null;

  @InstantField()
  updatedAt: string;

  @InstantField()
  createdAt: string;

  @TextField({
    maxLength: 4000,
    format: 'uri',
    optional: true,
    description: 'With extend=presigned-url',
    example: URL_EXAMPLE,
  })
  presignedUrl?: string;

  @ObjectField(() => DiplomaActionsResponse, { optional: true, description: 'With extend=actions-info' })
  actions?: DiplomaActionsResponse;

  @ObjectField(() => VerificationResponse, { optional: true, description: 'With extend=verification' })
  verification?: VerificationResponse;

  static from(
    { diploma, userId, presignedUrl, actions, verification }: DiplomaView,
    context: ResponseContext,
  ): DiplomaItemResponse {
    return {
      id: diploma.id,
      userId,
      title: TitleResponse.from(diploma.sentTitle),
      attachment: diploma.attachment && { id: diploma.attachment.number, name: diploma.attachment.originalFilename },
      obtainedAt: diploma.obtainedAt?.toISOString() ?? null,
      deletedAt: diploma.deletedAt?.toISOString() ?? null,
      updatedAt: diploma.updatedAt.toISOString(),
      createdAt: diploma.createdAt.toISOString(),
      ...(presignedUrl === undefined ? {} : { presignedUrl }),
      ...(actions === undefined ? {} : { actions }),
      ...(verification === undefined ? {} : { verification: VerificationResponse.from(verification, context) }),
    };
  }
}

export class OneDiplomaResponse {
  @ApiProperty({ type: DiplomaItemResponse })
  diploma: DiplomaItemResponse;

  static from(view: DiplomaView, context: ResponseContext): OneDiplomaResponse {
    return { diploma: DiplomaItemResponse.from(view, context) };
  }

  static etag({ diploma }: DiplomaView): string {
    return diploma.verification.etag;
  }
}

export class DiplomaListResponse extends ListResponse {
  @ListField(() => DiplomaItemResponse)
  data: DiplomaItemResponse[];

  static from({ data, ...rest }: List<DiplomaView>, context: ResponseContext): DiplomaListResponse {
    return { data: data.map((view) => DiplomaItemResponse.from(view, context)), ...rest };
  }
}
