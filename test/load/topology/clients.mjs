// People who use the product through the load balancer.
const TRIES_AFTER_MS = 50;
const MOST_ATTEMPTS = 3;

/** Somebody who is signed in. */
export class Client {
  constructor(url, headers = {}) {
    Object.assign(this, { url, headers });
  }

  static async signIn(url, email, password) {
    const answer = await new Client(url).post('/auth/v1/rs/login/credentials', { email, password });
    if (answer.status !== 201) throw new Error(`${email} could not sign in: ${JSON.stringify(answer)}`);
    const { accessToken, sessionToken } = answer.body.data;
    const client = new Client(url, { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken });
    client.uuid = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString()).sub;
    client.certificates = `/api/v1/crew/users/${client.uuid}/certificates`;
    return client;
  }

  get(path) {
    return this.ask('GET', path);
  }

  post(path, body) {
    return this.ask('POST', path, body);
  }

  /** Status 0: there was no answer. */
  async ask(method, path, body) {
    const began = performance.now();
    try {
      const answer = await fetch(this.url + path, {
        method,
        headers: { ...this.headers, ...(body ? { 'content-type': 'application/json' } : {}) },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
        retryAfter: answer.headers.get('retry-after'),
        ms: performance.now() - began,
      };
    } catch (error) {
      return { status: 0, body: String(error.cause ?? error), retryAfter: null, ms: performance.now() - began };
    }
  }

  /** Answers the new certificate's id, or null. */
  async createCertificate() {
    const answer = await this.post(this.certificates, { certificateType: 'medical' });
    return answer.status === 201 ? answer.body.id : null;
  }

  /** Announces a file, posts it to storage and finalizes it. Answers the upload's id. */
  async sendFile(bytes, mime, filename) {
    const intent = await this.post('/api/v1/shared/uploads/intent', {
      kind: 'certificate',
      mime,
      filename,
      size: bytes.length,
    });
    if (intent.status !== 201) throw new Error(`The intent was answered ${JSON.stringify(intent)}`);
    const { uploadId, presignedPost } = intent.body;
    // The small S3 service loses a form now and then when several come at once; finalize then says that nothing has arrived.
    for (let tries = 0; tries < 5; tries += 1) {
      await sendForm(presignedPost, bytes, mime, filename);
      const finalized = await this.post(`/api/v1/shared/uploads/${uploadId}/finalize`);
      if (finalized.status === 200) return uploadId;
      if (finalized.body.code !== 'upload_not_received') {
        throw new Error(`finalize was answered ${JSON.stringify(finalized)}`);
      }
    }
    throw new Error('The file does not arrive in storage');
  }
}

async function sendForm({ url, fields }, bytes, mime, filename) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes], { type: mime }), filename);
  let sent;
  // "Retry your request", says S3 about an internal error (S3 documentation, error responses). The small server here has one when it
  // clears away a folder that is just empty and that this file was to go into.
  for (let attempt = 1; attempt <= MOST_ATTEMPTS && (!sent || sent.status === 500); attempt += 1) {
    sent = await fetch(url, { method: 'POST', body: form });
  }
  if (!sent.ok) throw new Error(`Storage answered ${sent.status}: ${await sent.text()}`);
}

/** Runs `work(i)` again and again in so many lanes until it is stopped. Answers all that it answered. */
export class Load {
  #isOver = false;
  answers = [];

  constructor(lanes, work) {
    this.done = Promise.all(
      Array.from({ length: lanes }, async (_, i) => {
        while (!this.#isOver) {
          const answer = await work(i);
          this.answers.push(answer);
          // Whoever is refused comes back a little later.
          if (answer.status !== 200 && answer.status !== 201) {
            await new Promise((resolve) => setTimeout(resolve, TRIES_AFTER_MS));
          }
        }
      }),
    );
  }

  async stop() {
    this.#isOver = true;
    await this.done;
    return this.answers;
  }
}

/** `200: 40, 503: 2`. */
export function tally(answers) {
  const counts = new Map();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${status || 'no answer'}: ${count}`).join(', ');
}
