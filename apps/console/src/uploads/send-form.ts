import { type Intent, LINK_EXPIRED, NO_ANSWER, SendFailure } from './upload-queue';

/**
 * The presigned form, by XMLHttpRequest: `fetch` tells nothing of how far it has come. Listening for progress makes the browser ask
 * the storage first (CORS preflight), which `npm run storage:check` sets up. @throws SendFailure, or an AbortError
 */
export function sendForm(
  { url, fields }: Pick<Intent, 'url' | 'fields'>,
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file);
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request)));
    request.onerror = () => reject(new SendFailure(NO_ANSWER));
    request.ontimeout = () => reject(new SendFailure(NO_ANSWER));
    request.onabort = () => reject(new DOMException('Aborted', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    request.open('POST', url);
    request.send(form);
  });
}

/** Services differ in their words, and an expired form is a 403 for all of them (S3: `AccessDenied`, with "expired" in the message). */
function refusal({ status, responseText }: XMLHttpRequest): SendFailure {
  if (status === 403 && /expired/i.test(responseText)) return new SendFailure(LINK_EXPIRED);
  if (status >= 500 || status === 429) return new SendFailure(NO_ANSWER);
  return new SendFailure('storage_refused');
}
