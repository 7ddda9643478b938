import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { type Actor, Rights } from '#libs/auth';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { AuthenticatorApp } from './authenticator-app.entity';
import type { PasskeyAssertionDto } from './passkey.dto';
import { Passkey } from './passkey.entity';
import { hashRecoveryCode } from './recovery-codes';
import { RecoveryCode } from './recovery-code.entity';
import { unseal } from './sealing';
import { stepOf } from './totp';
import { WebAuthn } from './web-authn';

export type Method = 'passkey' | 'authenticator_app' | 'recovery_code';

/** What an account has, without its secrets. */
export interface Factors {
  passkeys: Pick<Passkey, 'id' | 'name' | 'credentialId' | 'transports' | 'createdAt' | 'lastUsedAt'>[];
  authenticatorApp: Pick<AuthenticatorApp, 'createdAt' | 'lastUsedAt'> | null;
  recoveryCodesLeft: number;
}

/** A factor that was shown. `useUp` is false for whoever used the same one a moment before. */
export interface Shown {
  method: Method;
  useUp: (tx: EntityManager) => Promise<boolean>;
}

/** JSON has no dates: milliseconds in their place. */
const FIND = `
  select (
           select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'credentialId', credential_id,
             'transports', transports, 'createdAt', extract(epoch from created_at) * 1000,
             'lastUsedAt', extract(epoch from last_used_at) * 1000) order by created_at, id), '[]')
           from passkeys where account_id = $1
         ) as passkeys,
         (
           select jsonb_build_object('createdAt', extract(epoch from created_at) * 1000,
             'lastUsedAt', extract(epoch from last_used_at) * 1000)
           from authenticator_apps where account_id = $1
         ) as app,
         (select count(*)::int from recovery_codes where account_id = $1) as codes`;

/** A signature that was counted before is not taken again; authenticators that do not count stay at 0. */
const COUNT_SIGNATURE = `
  update passkeys set counter = $2, last_used_at = $3
  where id = $1 and (counter < $2 or (counter = 0 and $2 = 0))`;

const TAKE_STEP = `
  update authenticator_apps set last_used_step = $2, last_used_at = $3
  where account_id = $1 and last_used_step < $2`;

/** Any constant; the second key of the lock is the account. */
const LOCK = 4_703_119;

interface Times {
  createdAt: number;
  lastUsedAt: number | null;
}
interface Found {
  passkeys: (Omit<Factors['passkeys'][number], keyof Times> & Times)[];
  app: Times | null;
  codes: number;
}

/** The second factors of accounts: what there is, and whether one that is shown is right. */
@Injectable()
export class FactorsOfAccounts {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly webAuthn: WebAuthn,
    private readonly rights: Rights,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async of(accountId: string, tx: EntityManager = this.dataSource.manager): Promise<Factors> {
    const [found] = await tx.query<[Found]>(FIND, [accountId]);
    return {
      passkeys: found.passkeys.map((passkey) => ({ ...passkey, ...dated(passkey) })),
      authenticatorApp: found.app && dated(found.app),
      recoveryCodesLeft: found.codes,
    };
  }

  /** Changes of an account's factors come one after the other: which is the first, and which the last, is decided once. Null: by nobody who is signed in. */
  async lock(tx: EntityManager, accountId: string, actor: Actor | null): Promise<Factors> {
    await tx.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCK, accountId]);
    if (actor) await this.rights.confirm(actor, tx);
    return this.of(accountId, tx);
  }

  /** Six digits are of an app, all else is a recovery code. Null for a wrong one. */
  showCode(accountId: string, typed: string): Promise<Shown | null> {
    // Apps show their digits in groups.
    const code = typed.replace(/\s/g, '');
    return /^\d{6}$/.test(code) ? this.showAppCode(accountId, code) : this.showRecoveryCode(accountId, code);
  }

  /** Null when the passkey is not one of the account, or did not sign this challenge. */
  async showPasskey(accountId: string, token: string, assertion: PasskeyAssertionDto): Promise<Shown | null> {
    const key = await this.dataSource.manager.findOneBy(Passkey, { accountId, credentialId: assertion.id });
    const counter = key && (await this.webAuthn.counterAfter(token, key, assertion));
    if (!key || counter === null) return null;
    const useUp = (tx: EntityManager) => this.changed(tx, COUNT_SIGNATURE, [key.id, counter, this.clock.now()]);
    return { method: 'passkey', useUp };
  }

  private async showAppCode(accountId: string, code: string): Promise<Shown | null> {
    const app = await this.dataSource.manager.findOneBy(AuthenticatorApp, { accountId });
    const secret = app && unseal(app.sealedSecret, accountId, this.config.keys.secondFactor);
    const step = secret && stepOf(secret, code, this.clock.now());
    if (step === null) return null;
    const useUp = (tx: EntityManager) => this.changed(tx, TAKE_STEP, [accountId, step, this.clock.now()]);
    return { method: 'authenticator_app', useUp };
  }

  private async showRecoveryCode(accountId: string, code: string): Promise<Shown | null> {
    const which = { accountId, codeHash: hashRecoveryCode(code) };
    if (!(await this.dataSource.manager.existsBy(RecoveryCode, which))) return null;
    const useUp = async (tx: EntityManager) => (await tx.delete(RecoveryCode, which)).affected === 1;
    return { method: 'recovery_code', useUp };
  }

  private async changed(tx: EntityManager, statement: string, values: unknown[]): Promise<boolean> {
    const [, affected] = await tx.query<[unknown[], number]>(statement, values);
    return affected === 1;
  }
}

function dated({ createdAt, lastUsedAt }: Times) {
  return { createdAt: new Date(createdAt), lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt) };
}
