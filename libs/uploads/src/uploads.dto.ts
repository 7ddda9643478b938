import { IntegerField, Sha256Field, TextField } from '#libs/common';

/** What an announced checksum is good for. */
export const SHA256_MEANING =
  'SHA-256 of the file in lower-case hex. A file with another one is refused, where the storage can at its door';

export class AnnounceUploadDto {
  @TextField({
    maxLength: 40,
    pattern: /^[a-z][a-z0-9_-]{0,39}$/,
    form: 'exact',
    description: 'What the file is for, in a word of your own',
    example: 'certificate',
  })
  kind: string;

  @TextField({
    minLength: 1,
    maxLength: 100,
    form: 'exact',
    description: 'Content type of the file',
    example: 'application/pdf',
  })
  mime: string;

  @IntegerField({ min: 1, description: 'Exact length in bytes', example: 482113 })
  size: number;

  @TextField({
    minLength: 1,
    maxLength: 255,
    // Names end up in folders and headers of other machines.
    pattern: /^[^\u0000-\u001f\u007f/\\]+$/,
    description: 'Name of the file, without a path',
    example: 'stcw-basic-safety.pdf',
  })
  filename: string;

  @Sha256Field({ optional: true, description: SHA256_MEANING })
  sha256?: string;
}
