// The AWS SDK is a tenth of what a start loads, and with files on disk nobody needs it: so it is loaded where it is used.

export async function loadS3Storage() {
  return (await import('./s3-storage.js')).S3Storage;
}

export async function loadS3Check() {
  return (await import('./s3-check.js')).S3Check;
}
