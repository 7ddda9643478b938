import { answer, api, change, newKey } from '../api/client';
import { type ApiProblem, toProblem } from '../api/problem';
import { sendForm } from './send-form';
import { type Gateway, NO_ANSWER, SendFailure } from './upload-queue';

const ATTEMPTS = 3;
const PAUSE_MS = 1_000;
const LONGEST_NAME = 255;

/** The queue's way to this API. */
export const apiGateway: Gateway = {
  announce: async (file, mime, sha256, signal) => {
    if (file.size === 0) throw new SendFailure('file_empty');
    const header = change(newKey());
    const body = {
      kind: 'paper',
      mime,
      size: file.size,
      filename: plainName(file.name),
      ...(sha256 ? { sha256 } : {}),
    };
    const { uploadId, presignedPost } = await asked(signal, () =>
      answer(api.POST('/api/v1/shared/uploads/intent', { params: { header }, body, signal })),
    );
    return { uploadId, ...presignedPost };
  },
  send: sendForm,
  finalize: (upload_id, signal) =>
    asked(signal, () =>
      answer(api.POST('/api/v1/shared/uploads/{upload_id}/finalize', { params: { path: { upload_id } }, signal })),
    ),
  look: (upload_id, signal) =>
    asked(signal, () =>
      answer(api.GET('/api/v1/shared/uploads/{upload_id}', { params: { path: { upload_id } }, signal })),
    ),
};

/** Asks again where nothing answered. @throws SendFailure, or an AbortError */
async function asked<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) throw error;
      const problem = toProblem(error);
      if (!problem.isPassing) throw failureOf(problem);
      if (attempt === ATTEMPTS || !navigator.onLine) throw new SendFailure(NO_ANSWER, problem.detail);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}

function failureOf({ code, detail, fields }: ApiProblem): SendFailure {
  return new SendFailure(code, [detail, ...Object.values(fields)].filter(Boolean).join(' '));
}

/** The API takes no path and no control characters in a name. */
function plainName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f/\\]/g, '_').slice(-LONGEST_NAME) || '_';
}
