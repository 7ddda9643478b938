import { EnumField, InstantField, TextField } from '#libs/common';
import { type Disposition, DISPOSITIONS } from '#libs/storage';

/** A presigned URL and until when it may be used. */
export interface DownloadLink {
  url: string;
  expiresAt: Date;
}

/** How the link of an answer is to be used. */
export class DownloadQuery {
  @EnumField(DISPOSITIONS, {
    optional: true,
    description:
      'With `inline` a browser shows the file behind the link instead of saving it (default attachment). Followed for JPEG, PNG and ' +
      'WebP; every other type is an attachment all the same, because it may carry script.',
  })
  disposition: Disposition = 'attachment';
}

export class DownloadLinkResponse {
  @TextField({ maxLength: 8000, format: 'uri', example: 'https://storage.example.org/files/...?X-Amz-Signature=...' })
  url: string;

  @InstantField()
  expiresAt: string;

  static from({ url, expiresAt }: DownloadLink): DownloadLinkResponse {
    return { url, expiresAt: expiresAt.toISOString() };
  }
}
