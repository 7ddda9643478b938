import { createPublicKey, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { AccessTrail } from './access-trail';
import { newSealedKey, openSealedKey } from './key-sealing';
import { type PublicJwk, SigningKey } from './signing-key.entity';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Any constant; it only has to be the same in every process. */
const KEYS_LOCK = 4_703_112;
/** How old a process's knowledge of the keys may be. */
const FRESH_MS = MINUTE_MS;
/** Tokens with made-up key ids make a process ask the database this often at most. */
const ASK_AGAIN_MS = 1000;
/** What a reader of the published keys may keep them for. */
export const JWKS_MAX_AGE_SECONDS = 300;
/** A new key is published for longer than that before it signs: then everybody knows it who sees its first token. */
const PUBLISHED_BEFORE_MS = 10 * MINUTE_MS;

/** A key pair ready for use; parsed once, because parsing costs more than signing. */
export interface LoadedKey {
  kid: string;
  publicJwk: PublicJwk;
  publicKey: KeyObject;
  privateKey: KeyObject;
  signsFrom: Date;
  retiresAt: Date | null;
}

/** `gradual`: nobody notices. `at_once`: the new key signs from now on. `leaked`: besides, all others are refused from now on. */
export type RotationKind = 'gradual' | 'at_once' | 'leaked';

export interface Rotation {
  kid: string;
  signsFrom: Date;
  /** When the keys before it are accepted no longer. */
  othersRetireAt: Date;
}

/** The keys that sign our tokens: shared by all processes through the database, known to each of them from memory. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private readonly logger = new Logger(SigningKeys.name);
  private known: readonly LoadedKey[] = [];
  private loadedAt = -Infinity;
  private loading: Promise<void> | null = null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly trail: AccessTrail,
  ) {}

  /** The first process of an installation makes the first key; the lock lets one of several do it. */
  async onModuleInit(): Promise<void> {
    await this.load();
    if (this.signing()) return;
    await this.dataSource.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [KEYS_LOCK]);
      this.known = await this.read(tx);
      if (!this.signing()) await this.create(tx, this.clock.now(), { action: 'signing-key.create', by: 'start' });
    });
    await this.load();
  }

  /** The key to sign with now. */
  async current(): Promise<LoadedKey> {
    await this.refresh();
    const key = this.signing();
    if (!key) throw new Error('There is no signing key; start the product again to make one');
    return key;
  }

  /** The public key of that id; null when there is none, or it has retired. */
  async find(kid: string): Promise<KeyObject | null> {
    await this.refresh();
    if (!this.known.some((key) => key.kid === kid)) await this.lookAgain();
    return this.accepted().find((key) => key.kid === kid)?.publicKey ?? null;
  }

  /** Public halves of all keys that are accepted or will be. */
  async published(): Promise<LoadedKey[]> {
    await this.refresh();
    return this.accepted();
  }

  /** A new key takes over. What the others signed is accepted for as long as any token of theirs can live. */
  async rotate(kind: RotationKind): Promise<Rotation> {
    const now = this.clock.now().getTime();
    const signsFrom = new Date(kind === 'gradual' ? now + PUBLISHED_BEFORE_MS : now);
    const life = kind === 'leaked' ? 0 : this.config.environment.SESSION_DAYS * DAY_MS;
    const othersRetireAt = new Date(signsFrom.getTime() + life);
    const kid = await this.dataSource.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [KEYS_LOCK]);
      // One that was to sign later never will.
      await tx.update(SigningKey, { signsFrom: MoreThan(signsFrom) }, { retiresAt: this.clock.now() });
      // One that is on its way out already does not stay longer.
      for (const retiresAt of [IsNull(), MoreThan(othersRetireAt)]) {
        await tx.update(SigningKey, { retiresAt }, { retiresAt: othersRetireAt });
      }
      return this.create(tx, signsFrom, { action: 'signing-key.rotate', by: 'keys:rotate', details: { kind } });
    });
    await this.load();
    return { kid, signsFrom, othersRetireAt };
  }

  private async create(
    tx: EntityManager,
    signsFrom: Date,
    { action, by, details }: { action: string; by: string; details?: Record<string, unknown> },
  ): Promise<string> {
    const sealed = newSealedKey(this.config.keys.signingKeys);
    await tx.insert(SigningKey, { ...sealed, signsFrom, retiresAt: null, createdAt: this.clock.now() });
    const event = { action, targetType: 'signing-key', targetId: sealed.kid, details };
    await this.trail.record(tx, { organizationId: null, name: by }, event);
    return sealed.kid;
  }

  /** The latest whose time has come. Where this machine's clock is behind that of the one that made the key, the first. */
  private signing(): LoadedKey | undefined {
    const now = this.clock.now();
    const accepted = this.accepted();
    return accepted.findLast(({ signsFrom }) => signsFrom <= now) ?? accepted[0];
  }

  private accepted(): LoadedKey[] {
    const now = this.clock.now();
    return this.known.filter(({ retiresAt }) => retiresAt === null || retiresAt > now);
  }

  private async refresh(): Promise<void> {
    if (performance.now() - this.loadedAt > FRESH_MS) await this.load();
  }

  /** For an id nobody here knows: another process may have made the key a moment ago. Whoever comes too early waits. */
  private async lookAgain(): Promise<void> {
    const { loadedAt } = this;
    const wait = loadedAt + ASK_AGAIN_MS - performance.now();
    if (wait > 0) await sleep(wait);
    // Not by the clock: a timer may fire a fraction of a millisecond early.
    if (this.loadedAt === loadedAt) await this.load();
  }

  /** One question at a time; those who come meanwhile get the same answer. */
  private load(): Promise<void> {
    this.loading ??= this.read(this.dataSource.manager)
      .then((keys) => {
        this.known = keys;
        this.loadedAt = performance.now();
      })
      .finally(() => {
        this.loading = null;
      });
    return this.loading;
  }

  /** Oldest first. Keys of another SECRET_KEY are none of ours: changing the secret signs everybody out. */
  private async read(tx: EntityManager): Promise<LoadedKey[]> {
    const rows = await tx.find(SigningKey, { order: { signsFrom: 'ASC', kid: 'ASC' } });
    return rows.flatMap(({ kid, publicJwk, encryptedPrivateKey, signsFrom, retiresAt }) => {
      const before = this.known.find((key) => key.kid === kid);
      if (before) return { ...before, signsFrom, retiresAt };
      const privateKey = openSealedKey({ kid, publicJwk, encryptedPrivateKey }, this.config.keys.signingKeys);
      if (privateKey) {
        return { kid, publicJwk, privateKey, publicKey: createPublicKey(privateKey), signsFrom, retiresAt };
      }
      this.logger.warn({ kid }, 'A signing key was not made with this SECRET_KEY and is left out');
      return [];
    });
  }
}
