import { createHash, randomBytes } from 'node:crypto';
import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Clock, newId } from '#libs/common';
import type { S3Settings } from '#libs/config';
import { checkedPrefix, incomingKey } from './object-key';
import type { PresignedPost } from './object-storage';
import { postPresigned, type RawAnswer, sendPlain } from './plain-request';
import { createS3Client } from './s3-client';
import { isUnanswered, s3FailureReason, s3Place } from './s3-failure';
import { abortsMultipartUnder, expiresUnder, rulesThatRemove, withCorsRule, withLifecycleRule } from './s3-rules';
import { S3Storage } from './s3-storage';
import type { Finding, StorageCheck } from './storage-check';

const TYPE = 'application/pdf';
const LINK_MS = 5 * 60_000;
/** Links expire by the service's clock; more than this off, they would do so noticeably early or late. */
const CLOCK_MS = 60_000;
/** No organisation has this number. */
const NOBODY = 0;

/** With these nothing can be public: access lists are ignored, and a public policy lets nobody in. */
const BLOCKED: PublicAccessBlockConfiguration = {
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
/** Also refuses public access lists when they are set. Ceph's gateway up to 16 then refuses every object. */
const ALL_BLOCKED: PublicAccessBlockConfiguration = { BlockPublicAcls: true, ...BLOCKED };

/** One round of trying: what was sent, and where to. */
interface Trial {
  bytes: Buffer;
  incoming: string;
  checked: string;
}

/** Tries everything that the product does with its bucket, and looks at how the bucket is set up. Leaves nothing behind. */
export class S3Check implements StorageCheck {
  readonly place: string;
  private readonly client: S3Client;
  private readonly storage: S3Storage;

  constructor(
    private readonly settings: S3Settings,
    /** Whose pages send and fetch files. */
    private readonly origins: string[],
    private readonly clock: Clock,
  ) {
    this.place = s3Place(settings);
    this.client = createS3Client(settings);
    this.storage = new S3Storage(settings, clock, 0);
  }

  reasonOf(error: unknown): string {
    return s3FailureReason(error);
  }

  close(): void {
    this.client.destroy();
    this.storage.onApplicationShutdown();
  }

  async run(): Promise<Finding[]> {
    const reached = await this.reach();
    if (reached.verdict !== 'ok') return [reached];
    const incoming = incomingKey(newId());
    const trial = { bytes: randomBytes(1000), incoming, checked: `${checkedPrefix(NOBODY, newId())}check` };
    try {
      const objects = await this.objects(trial);
      const findings = [reached, await this.time(), objects];
      // Without them the rest would only say the same again.
      if (objects.verdict === 'ok') findings.push(...(await this.useOf(trial)));
      return [...findings, await this.cors(), ...(await this.lifecycle()), await this.publicAccessBlock()];
    } finally {
      await Promise.all([trial.incoming, trial.checked].map((key) => this.storage.remove(key).catch(() => undefined)));
    }
  }

  private async useOf(trial: Trial): Promise<Finding[]> {
    return [
      await this.forms(trial),
      await this.links(trial),
      await this.anonymous(trial),
      await this.checksums(),
      ...(this.settings.encryption ? [await this.encryption(trial)] : []),
    ];
  }

  private async reach(): Promise<Finding> {
    const about = 'Reached';
    const { bucket, prefix } = this.settings;
    try {
      await this.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
      return { about, verdict: 'ok', meaning: 'The bucket is there, and the key may list it.' };
    } catch (error) {
      return {
        about,
        verdict: 'missing',
        meaning: `It cannot be used: ${this.reasonOf(error)}.`,
        remedy: 'Until this is mended, nothing else can be looked at.',
      };
    }
  }

  private async time(): Promise<Finding> {
    const about = 'Clock';
    const { url } = await this.form({ bytes: Buffer.from('x'), incoming: incomingKey(newId()), checked: '' });
    const { headers } = await sendPlain(url, { method: 'HEAD', ca: this.settings.ca });
    const theirs = Date.parse(String(headers['date']));
    if (Number.isNaN(theirs))
      return { about, verdict: 'cannot be told', meaning: 'The service does not say its time.' };
    const seconds = Math.round((this.clock.now().getTime() - theirs) / 1000);
    if (Math.abs(seconds) * 1000 <= CLOCK_MS) return { about, verdict: 'ok', meaning: 'Both clocks agree.' };
    return {
      about,
      verdict: 'missing',
      meaning: `This machine's clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} the service's; links are refused or expire too early.`,
      remedy: 'Let the machine keep time by NTP.',
    };
  }

  private async objects({ bytes, incoming, checked }: Trial): Promise<Finding> {
    const about = 'Objects';
    const folder = checked.slice(0, checked.lastIndexOf('/') + 1);
    const steps: [string, string, () => Promise<boolean | void>][] = [
      ['put', 's3:PutObject', () => this.storage.write(incoming, bytes, TYPE)],
      ['copied', 's3:GetObject and s3:PutObject', () => this.storage.copy(incoming, checked)],
      ['read', 's3:GetObject', async () => digest(await this.readAll(checked)) === digest(bytes)],
      ['listed', 's3:ListBucket', async () => (await this.storage.list(folder)).includes(checked)],
      ['removed', 's3:DeleteObject', () => this.storage.remove(incoming)],
      ['seen to be gone', 's3:ListBucket', async () => (await this.storage.find(incoming)) === null],
    ];
    for (const [deed, right, step] of steps) {
      const failure = await step().then(
        (isRight) => (isRight === false ? 'the answer was not what was stored' : null),
        (error: unknown) => this.reasonOf(error),
      );
      if (failure === null) continue;
      const remedy = `It takes ${right}; "2. Bucket" in docs/production.md lists all rights that the key needs.`;
      return { about, verdict: 'missing', meaning: `An object could not be ${deed}: ${failure}.`, remedy };
    }
    return { about, verdict: 'ok', meaning: 'They can be put, copied, read, listed and removed.' };
  }

  private async forms(trial: Trial): Promise<Finding> {
    const about = 'Upload forms';
    const form = await this.form(trial);
    const foreign = await this.form({ ...trial, incoming: incomingKey(newId()) });
    const sent = await this.post(form, trial.bytes);
    if (sent.status >= 300) {
      const meaning = `A file sent with a form is refused: the service answered ${codeOf(sent)}. No upload would succeed.`;
      return {
        about,
        verdict: 'missing',
        meaning,
        remedy: 'The service must support browser-based uploads (POST policies).',
      };
    }
    const otherKey = form.fields['key'] ?? '';
    const broken: [string, PresignedPost, Buffer][] = [
      ['of another length', form, Buffer.concat([trial.bytes, trial.bytes])],
      ['of another type', { ...form, fields: { ...form.fields, 'Content-Type': 'text/html' } }, trial.bytes],
      ['under another name', { ...foreign, fields: { ...foreign.fields, key: otherKey } }, trial.bytes],
    ];
    const accepted: string[] = [];
    for (const [what, post, bytes] of broken) {
      if ((await this.post(post, bytes)).status < 300) accepted.push(what);
    }
    // What was accepted against the form lies in place of the file.
    await this.storage.write(trial.incoming, trial.bytes, TYPE);
    if (accepted.length === 0) {
      return {
        about,
        verdict: 'ok',
        meaning: 'A file can be sent with one; one of another length, type or name is refused.',
      };
    }
    return {
      about,
      verdict: 'missing',
      meaning: `The service also takes a file ${accepted.join(', or ')} than its form says. Whoever may announce a file could fill the bucket.`,
      remedy: 'Use a service that enforces POST policies; not for production without.',
    };
  }

  private async links({ bytes, checked }: Trial): Promise<Finding> {
    const about = 'Download links';
    const url = await this.link(checked);
    const got = await this.fetch(url);
    if (got.status !== 200 || digest(got.body) !== digest(bytes)) {
      const meaning = `A file cannot be fetched with a link: the service answered ${codeOf(got)}.`;
      return {
        about,
        verdict: 'missing',
        meaning,
        remedy: 'The service must support presigned URLs (Signature Version 4).',
      };
    }
    const isNamed = String(got.headers['content-disposition']).startsWith('attachment');
    const forged = await this.fetch(url.replace('check.pdf', 'forged.pdf'));
    if (isNamed && forged.status >= 400) {
      return { about, verdict: 'ok', meaning: 'A file can be fetched with one; a changed one is refused.' };
    }
    const meaning = isNamed
      ? 'A changed link is served all the same.'
      : 'Files are served without the headers that a link asks for, so that a browser might show them as pages.';
    return { about, verdict: 'missing', meaning, remedy: 'Use another service; not for production.' };
  }

  private async anonymous({ checked }: Trial): Promise<Finding> {
    const about = 'Without a signature';
    const [object = ''] = (await this.link(checked)).split('?');
    const { url: bucket } = await this.form({ bytes: Buffer.from('x'), incoming: incomingKey(newId()), checked });
    const [file, list] = [await this.fetch(object), await this.fetch(bucket)];
    const open = [file.status < 300 ? 'files' : '', list.status < 300 ? 'the list of files' : ''].filter(Boolean);
    if (open.length === 0) return { about, verdict: 'ok', meaning: 'Neither files nor their list are given out.' };
    return {
      about,
      verdict: 'missing',
      meaning: `Anybody can read ${open.join(' and ')}.`,
      remedy:
        'Remove what makes the bucket public: its policy (`aws s3api get-bucket-policy`) or its access control list.',
    };
  }

  private async checksums(): Promise<Finding> {
    const about = 'Checksums';
    try {
      if (await this.storage.enforcesChecksums()) {
        return { about, verdict: 'ok', meaning: 'A file with another SHA-256 than announced is refused at the door.' };
      }
      return {
        about,
        verdict: 'missing',
        isOptional: true,
        meaning:
          'The service does not compare the SHA-256 of a form with its file. Credence does, once the file has arrived; nothing is lost.',
      };
    } catch (error) {
      return { about, verdict: 'cannot be told', meaning: `It could not be tried: ${this.reasonOf(error)}.` };
    }
  }

  private async encryption(trial: Trial): Promise<Finding> {
    const about = 'Encryption';
    const wanted = this.settings.encryption?.algorithm;
    const remedy =
      'Allow the key to be used (kms:GenerateDataKey, kms:Decrypt), or change S3_SSE and S3_SSE_KMS_KEY_ID.';
    try {
      const sent = await this.post(await this.form(trial), trial.bytes);
      if (sent.status >= 300) {
        return { about, verdict: 'missing', meaning: `A file sent with a form is refused: ${codeOf(sent)}.`, remedy };
      }
      for (const key of [trial.incoming, trial.checked]) {
        const command = new HeadObjectCommand({ Bucket: this.settings.bucket, Key: this.settings.prefix + key });
        const { ServerSideEncryption } = await this.client.send(command);
        if (ServerSideEncryption === wanted) continue;
        return {
          about,
          verdict: 'missing',
          meaning: `Files are not encrypted with ${wanted} as S3_SSE wants.`,
          remedy,
        };
      }
      return { about, verdict: 'ok', meaning: `Files are encrypted with ${wanted}.` };
    } catch (error) {
      return { about, verdict: 'missing', meaning: `A file could not be encrypted: ${this.reasonOf(error)}.`, remedy };
    }
  }

  /** Asks as a browser does; how the service was told is its own affair. */
  private async cors(): Promise<Finding> {
    const about = 'Browsers (CORS)';
    const trial = {
      bytes: Buffer.from('x'),
      incoming: incomingKey(newId()),
      checked: `${checkedPrefix(NOBODY, newId())}check`,
    };
    const [{ url: bucket }, object] = [await this.form(trial), await this.link(trial.checked)];
    const refused: string[] = [];
    for (const origin of this.origins) {
      const allowed = [await this.mayCall(bucket, origin, 'POST'), await this.mayCall(object, origin, 'GET')];
      if (allowed.includes(false)) refused.push(origin);
    }
    if (refused.length === 0) {
      return { about, verdict: 'ok', meaning: `Pages of ${this.origins.join(', ')} may send and fetch files.` };
    }
    const rules = withCorsRule(await this.corsRules(), this.origins);
    return {
      about,
      verdict: 'missing',
      meaning: `Pages of ${refused.join(', ')} may not send and fetch files: the console and other pages could not upload. Other clients can.`,
      remedy: this.command('put-bucket-cors', '--cors-configuration', { CORSRules: rules }),
      fix: async () => {
        const input = { Bucket: this.settings.bucket, CORSConfiguration: { CORSRules: rules } };
        await this.client.send(new PutBucketCorsCommand(input));
      },
    };
  }

  private async lifecycle(): Promise<Finding[]> {
    const about = 'Unfinished uploads';
    const incoming = `${this.settings.prefix}incoming/`;
    const { bucket } = this.settings;
    const found = await this.read(
      () => this.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket })),
      'NoSuchLifecycleConfiguration',
    );
    if (found.failure) {
      return [
        {
          about,
          verdict: 'cannot be told',
          meaning: `The lifecycle rules cannot be read: ${found.failure}. Credence removes unfinished uploads itself.`,
        },
      ];
    }
    const rules = found.value?.Rules ?? [];
    const harmful = ['files/', 'derived/', 'quarantine/'].flatMap((folder) =>
      rulesThatRemove(rules, this.settings.prefix + folder),
    );
    const danger: Finding[] =
      harmful.length === 0
        ? []
        : [
            {
              about: 'Lasting files',
              verdict: 'missing',
              meaning: `The lifecycle rule ${[...new Set(harmful)].join(', ')} removes files that credentials point at.`,
              remedy: 'Remove that rule, or narrow it to another prefix. This is never done for you.',
            },
          ];
    if (expiresUnder(rules, incoming) && abortsMultipartUnder(rules, incoming)) {
      return [{ about, verdict: 'ok', meaning: 'A rule removes what arrived and was never taken over.' }, ...danger];
    }
    const merged = withLifecycleRule(rules, incoming);
    const missing: Finding = {
      about,
      verdict: 'missing',
      meaning: `No rule removes what lies under ${incoming} for days, and halves of multipart uploads. Credence removes its unfinished uploads itself; the rule is the net below, should it be stopped for good.`,
      remedy: this.command('put-bucket-lifecycle-configuration', '--lifecycle-configuration', { Rules: merged }),
      fix: async () => {
        const size = found.value?.TransitionDefaultMinimumObjectSize;
        await this.client.send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket: bucket,
            LifecycleConfiguration: { Rules: merged },
            ...(size ? { TransitionDefaultMinimumObjectSize: size } : {}),
          }),
        );
      },
    };
    return [missing, ...danger];
  }

  private async publicAccessBlock(): Promise<Finding> {
    const about = 'Public access';
    const { bucket } = this.settings;
    const found = await this.read(
      () => this.client.send(new GetPublicAccessBlockCommand({ Bucket: bucket })),
      'NoSuchPublicAccessBlockConfiguration',
    );
    if (found.failure) {
      const meaning = `Whether it is blocked cannot be read: ${found.failure}. What is open now is told above.`;
      return { about, verdict: 'cannot be told', meaning };
    }
    const blocked = found.value?.PublicAccessBlockConfiguration ?? {};
    if (Object.keys(BLOCKED).every((name) => blocked[name as keyof PublicAccessBlockConfiguration])) {
      return { about, verdict: 'ok', meaning: 'It is blocked, whatever a policy or access list says.' };
    }
    return {
      about,
      verdict: 'missing',
      meaning: 'It is not blocked: a policy or access list set by mistake would make the files public.',
      remedy: this.command('put-public-access-block', '--public-access-block-configuration', ALL_BLOCKED),
      fix: () => this.blockPublicAccess(blocked),
    };
  }

  /** Sets as much as leaves the bucket usable; else puts back what was there. */
  private async blockPublicAccess(before: PublicAccessBlockConfiguration): Promise<void> {
    const key = incomingKey(newId());
    let failure: unknown;
    for (const blocked of [ALL_BLOCKED, { ...BLOCKED, BlockPublicAcls: false }]) {
      await this.putPublicAccessBlock(blocked);
      try {
        await this.storage.write(key, Buffer.from('check'), TYPE);
        await this.storage.remove(key);
        return;
      } catch (error) {
        failure = error;
      }
    }
    await this.putPublicAccessBlock(before);
    throw failure;
  }

  private async putPublicAccessBlock(blocked: PublicAccessBlockConfiguration): Promise<void> {
    const input = { Bucket: this.settings.bucket, PublicAccessBlockConfiguration: blocked };
    await this.client.send(new PutPublicAccessBlockCommand(input));
  }

  private async corsRules() {
    const command = new GetBucketCorsCommand({ Bucket: this.settings.bucket });
    const { value } = await this.read(() => this.client.send(command), 'NoSuchCORSConfiguration');
    return value?.CORSRules ?? [];
  }

  /** Part of the bucket's set-up: null when there is none, a reason when the service does not say. */
  private async read<T>(request: () => Promise<T>, none: string): Promise<{ value?: T | null; failure?: string }> {
    try {
      return { value: await request() };
    } catch (error) {
      if ((error as Error).name === none) return { value: null };
      if (isUnanswered(error)) return { failure: this.reasonOf(error) };
      throw error;
    }
  }

  private async mayCall(url: string, origin: string, method: string): Promise<boolean> {
    const headers = { origin, 'access-control-request-method': method };
    const answer = await sendPlain(url, { method: 'OPTIONS', headers, ca: this.settings.ca });
    const allowed = answer.headers['access-control-allow-origin'];
    const methods = String(answer.headers['access-control-allow-methods'] ?? '');
    return answer.status < 300 && (allowed === '*' || allowed === origin) && methods.includes(method);
  }

  private form({ bytes, incoming }: Trial): Promise<PresignedPost> {
    return this.storage.presignUpload({ key: incoming, contentType: TYPE, size: bytes.length, expiresAt: this.soon() });
  }

  private link(key: string): Promise<string> {
    const expiresAt = this.soon();
    return this.storage.presignDownload({
      key,
      disposition: 'attachment',
      filename: 'check.pdf',
      contentType: TYPE,
      expiresAt,
    });
  }

  private soon(): Date {
    return new Date(this.clock.now().getTime() + LINK_MS);
  }

  private post(form: PresignedPost, bytes: Buffer): Promise<RawAnswer> {
    return postPresigned(form, { bytes, contentType: form.fields['Content-Type'] ?? TYPE }, this.settings.ca);
  }

  private fetch(url: string): Promise<RawAnswer> {
    return sendPlain(url, { ca: this.settings.ca });
  }

  private async readAll(key: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.storage.read(key)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  /** The same as `--fix`, for those who would rather do it themselves. */
  private command(verb: string, option: string, value: unknown): string {
    const { bucket, endpoint } = this.settings;
    const where = endpoint ? ` --endpoint-url ${endpoint}` : '';
    return `npm run storage:check -- --fix, or: aws s3api ${verb} --bucket ${bucket}${where} ${option} '${JSON.stringify(value)}'`;
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Status and, as S3 words it, code. */
function codeOf({ status, body }: RawAnswer): string {
  const [, code = ''] = /<Code>([A-Za-z]+)<\/Code>/.exec(body.toString()) ?? [];
  return `${status} ${code}`.trim();
}
