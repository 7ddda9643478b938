import { InstantField, TextField } from '#libs/common';

/** A presigned URL and until when it may be used. */
export interface DownloadLink {
  url: string;
  expiresAt: Date;
}

export class DownloadLinkResponse {
  @TextField({ maxLength: 4000, format: 'uri', example: 'https://storage.example.org/files/...?X-Amz-Signature=...' })
  url: string;

  @InstantField()
  expiresAt: string;

  static from({ url, expiresAt }: DownloadLink): DownloadLinkResponse {
    return { url, expiresAt: expiresAt.toISOString() };
  }
}
