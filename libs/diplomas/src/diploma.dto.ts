import {
  BooleanQuery,
  EnumField,
  ForbiddenFields,
  IntegerField,
  IntegerQuery,
  ObjectField,
  RepeatableEnumQuery,
  Sha256Field,
  TextField,
  UuidField,
} from '#libs/common';
import { SHA256_MEANING } from '#libs/uploads';
import { ListQuery } from './list-query.dto';
import { OBTAINED_AT } from './obtained-at';

const READ_ONLY = ['id', 'userId', 'organizationId', 'deletedAt', 'createdAt', 'updatedAt', 'verification'];

const FINALIZED = 'A finalized upload, in place of `attachment`: the diploma is sent in for review at once';

/** A file that will be sent straight to storage. */
export class AttachmentDto {
  @TextField({
    minLength: 1,
    maxLength: 255,
    pattern: /^[^\u0000-\u001f\u007f/\\]+$/,
    description: 'File name, without a path',
    example: 'diploma.pdf',
  })
  name: string;

  @TextField({ maxLength: 100, form: 'exact', description: 'One of the accepted types', example: 'application/pdf' })
  mimeType: string;

  @IntegerField({ min: 1, description: 'Exact length in bytes', example: 482113 })
  size: number;

  @Sha256Field({ optional: true, description: SHA256_MEANING })
  sha256?: string;
}

@ForbiddenFields(...READ_ONLY)
export class CreateDiplomaDto {
  @IntegerField({ description: 'A title of the organisation', example: 7 })
  titleId: number;

  @ObjectField(() => AttachmentDto, { optional: true })
  attachment?: AttachmentDto;

  @UuidField({ optional: true, nullable: true, description: FINALIZED, example: null })
  uploadId?: string | null;

  @TextField({
    maxLength: 100,
    pattern: OBTAINED_AT,
    form: 'exact',
    optional: true,
    description: 'ISO 8601 in UTC; not in the future. It names the day that it is written with',
    example: '2024-12-05T14:56:23.000Z',
  })
  obtainedAt?: string;
}

/** Partial: a missing field stays, null clears it. */
@ForbiddenFields(...READ_ONLY)
export class UpdateDiplomaDto {
  @IntegerField({ optional: true, example: 7 })
  titleId?: number;

  @ObjectField(() => AttachmentDto, { optional: true, nullable: true, description: 'A new file in place of the old' })
  attachment?: AttachmentDto | null;

  @UuidField({ optional: true, nullable: true, description: FINALIZED, example: null })
  uploadId?: string | null;

  @TextField({
    maxLength: 100,
    pattern: OBTAINED_AT,
    form: 'exact',
    optional: true,
    nullable: true,
    example: '2024-12-05T14:56:23.000Z',
  })
  obtainedAt?: string | null;
}

export const DIPLOMA_EXTENSIONS = ['presigned-url', 'actions-info', 'verification'] as const;
export type DiplomaExtension = (typeof DIPLOMA_EXTENSIONS)[number];

const SORT_FIELDS = ['id', 'obtainedAt', 'createdAt', 'updatedAt', 'titleName'] as const;
export type DiplomaSortField = (typeof SORT_FIELDS)[number];

export class DiplomaQuery {
  @RepeatableEnumQuery(DIPLOMA_EXTENSIONS, { description: 'More about each diploma; may be repeated' })
  extend: DiplomaExtension[] = [];
}

export class DiplomasQuery extends ListQuery {
  @RepeatableEnumQuery(DIPLOMA_EXTENSIONS, { description: 'More about each diploma; may be repeated' })
  extend: DiplomaExtension[] = [];

  @IntegerQuery({ description: 'Only this title' })
  whereTitleId?: number;

  @TextField({
    maxLength: 200,
    form: 'search',
    optional: true,
    description: "Part of the title's name as it was sent in with the diploma, in any case",
  })
  whereTitleName?: string;

  @TextField({ maxLength: 255, form: 'search', optional: true, description: "Part of the file's name, in any case" })
  whereAttachmentName?: string;

  @BooleanQuery({ description: 'Also show deleted diplomas (default false)' })
  whereDeleted: boolean = false;

  @EnumField(SORT_FIELDS.flatMap((field) => [field, `-${field}`, `${field}:asc`, `${field}:desc`]), {
    optional: true,
    description: 'Field to sort by; `-` or `:desc` for descending (default -id)',
  })
  orderBy?: string;
}

/** Most diplomas of one person in one answer of contract C. */
const LIST_LIMIT = 1000;

export class ReviewedDiplomasQuery {
  @IntegerQuery({ min: 1, max: LIST_LIMIT, description: `At most this many (default ${LIST_LIMIT})` })
  limit: number = LIST_LIMIT;

  @UuidField({ optional: true, description: 'Id of the last diploma of the answer before; for the next `limit`' })
  cursor?: string;
}
