import type { PresignedPost } from '#libs/storage';
import type { Answer } from './http';

/** Sends a file straight to storage as a browser's form does: the fields first, the bytes last, as `file`. */
export async function postForm(
  post: PresignedPost,
  bytes: Uint8Array<ArrayBuffer>,
  filename: string,
  type: string,
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
  form.append('file', new Blob([bytes], { type }), filename);
  const response = await fetch(post.url, { method: 'POST', body: form });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}
