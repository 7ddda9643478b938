import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { OwnAccount, type Owner } from '#libs/accounts';
import { Audit, type AuditEvent } from '#libs/audit';
import { type Actor, sessionRequired } from '#libs/auth';
import { Clock, fieldProblem, newId } from '#libs/common';
import { Config } from '#libs/config';
import { insertRow, violatesUnique } from '#libs/database';
import { AuthenticatorApp } from './authenticator-app.entity';
import type { Challenge, Purpose } from './challenge.entity';
import { type Begun, Challenges } from './challenges.service';
import { type Factors, FactorsOfAccounts } from './factors.service';
import { type FactorChange, FactorMails } from './mails';
import type { AddAuthenticatorAppDto, AddPasskeyDto } from './own-second-factor.dto';
import { Passkey } from './passkey.entity';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes';
import { RecoveryCode } from './recovery-code.entity';
import { seal, unseal } from './sealing';
import {
  addressNotProved,
  authenticatorAppExists,
  authenticatorAppNotFound,
  authenticatorCodeWrong,
  enrolmentExpired,
  noSecondFactor,
  passkeyExists,
  passkeyNotFound,
  passkeyRefused,
  passkeysNotPossible,
  tooManyPasskeys,
} from './second-factor.errors';
import { enrolmentOf, newTotpSecret, stepOf } from './totp';
import { WebAuthn } from './web-authn';

const MOST_PASSKEYS = 10;

/** Null: there were recovery codes already, and they stay. */
type Added = { recoveryCodes: string[] | null };

/** People's second factors in their own hands. What adds or takes one needs the password again, however they are signed in; no session ends. */
@Injectable()
export class OwnSecondFactor {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly account: OwnAccount,
    private readonly factors: FactorsOfAccounts,
    private readonly challenges: Challenges,
    private readonly webAuthn: WebAuthn,
    private readonly mails: FactorMails,
    private readonly audit: Audit,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  list(actor: Actor): Promise<Factors> {
    return this.factors.of(accountOf(actor));
  }

  /** @throws current_password_wrong, too_many_attempts, address_not_proved, passkeys_not_possible */
  async beginPasskey(actor: Actor, currentPassword: string): Promise<Begun & { options: object }> {
    const { account, firstName, lastName } = await this.requireProved(actor, currentPassword);
    if (!this.webAuthn.isPossible) throw passkeysNotPossible();
    const { id, email } = account;
    const { passkeys } = await this.factors.of(id);
    const begun = await this.challenges.begin('passkey', id);
    const owner = { id, email, name: `${firstName} ${lastName}` };
    return { ...begun, options: await this.webAuthn.creationOptions(begun.token, owner, passkeys) };
  }

  /** @throws enrolment_expired, passkey_refused, passkey_exists, too_many_passkeys */
  async addPasskey(actor: Actor, { token, name, credential }: AddPasskeyDto): Promise<Added> {
    const challenge = await this.begun(actor, token, 'passkey');
    const { accountId } = challenge;
    const key = await this.webAuthn.register(token, credential);
    if (!key) throw fieldProblem(passkeyRefused, 'credential');
    const id = newId();
    return this.change(actor, 'passkey_added', async (tx, { passkeys, recoveryCodesLeft }) => {
      await this.finish(tx, challenge);
      if (passkeys.length >= MOST_PASSKEYS) throw tooManyPasskeys();
      await this.insertPasskey(tx, {
        id,
        accountId,
        name,
        ...key,
        createdAt: this.clock.now(),
        lastUsedAt: null,
      });
      await this.record(
        tx,
        actor,
        'second-factor.add',
        { kind: 'passkey' },
        { passkey: { before: null, after: name } },
      );
      return { recoveryCodes: recoveryCodesLeft > 0 ? null : await this.replaceCodes(tx, accountId) };
    });
  }

  /** @throws current_password_wrong, too_many_attempts, passkey_not_found */
  async removePasskey(actor: Actor, id: string, currentPassword: string): Promise<void> {
    await this.account.requirePassword(actor, currentPassword);
    const accountId = accountOf(actor);
    await this.change(actor, 'passkey_removed', async (tx, { passkeys, authenticatorApp }) => {
      const found = passkeys.find((passkey) => passkey.id === id);
      if (!found) throw passkeyNotFound();
      await tx.delete(Passkey, { id, accountId });
      if (passkeys.length === 1 && !authenticatorApp) await tx.delete(RecoveryCode, { accountId });
      const changes = { passkey: { before: found.name, after: null } };
      await this.record(tx, actor, 'second-factor.remove', { kind: 'passkey' }, changes);
    });
  }

  /** @throws current_password_wrong, too_many_attempts, address_not_proved, authenticator_app_exists */
  async beginAuthenticatorApp(actor: Actor, currentPassword: string): Promise<Begun & { secret: string; uri: string }> {
    const { id, email } = (await this.requireProved(actor, currentPassword)).account;
    if ((await this.factors.of(id)).authenticatorApp) throw authenticatorAppExists();
    const secret = newTotpSecret();
    const sealedSecret = seal(secret, id, this.config.keys.secondFactor);
    const begun = await this.challenges.begin('authenticator-app', id, { sealedSecret });
    return { ...begun, ...enrolmentOf(secret, email) };
  }

  /** @throws enrolment_expired, authenticator_code_wrong, authenticator_app_exists */
  async addAuthenticatorApp(actor: Actor, { token, code }: AddAuthenticatorAppDto): Promise<Added> {
    const challenge = await this.begun(actor, token, 'authenticator-app');
    const { accountId, sealedSecret } = challenge;
    const secret = sealedSecret && unseal(sealedSecret, accountId, this.config.keys.secondFactor);
    const now = this.clock.now();
    const step = secret && stepOf(secret, code, now);
    if (sealedSecret === null || step === null) throw fieldProblem(authenticatorCodeWrong, 'code');
    return this.change(actor, 'app_added', async (tx, { authenticatorApp, recoveryCodesLeft }) => {
      await this.finish(tx, challenge);
      if (authenticatorApp) throw authenticatorAppExists();
      // The code that confirms it is used, too.
      const app = { accountId, sealedSecret, lastUsedStep: step, createdAt: now, lastUsedAt: null };
      await insertRow(tx, AuthenticatorApp, app);
      await this.record(tx, actor, 'second-factor.add', { kind: 'authenticator_app' });
      return { recoveryCodes: recoveryCodesLeft > 0 ? null : await this.replaceCodes(tx, accountId) };
    });
  }

  /** @throws current_password_wrong, too_many_attempts, authenticator_app_not_found */
  async removeAuthenticatorApp(actor: Actor, currentPassword: string): Promise<void> {
    await this.account.requirePassword(actor, currentPassword);
    const accountId = accountOf(actor);
    await this.change(actor, 'app_removed', async (tx, { authenticatorApp, passkeys }) => {
      if (!authenticatorApp) throw authenticatorAppNotFound();
      await tx.delete(AuthenticatorApp, { accountId });
      if (passkeys.length === 0) await tx.delete(RecoveryCode, { accountId });
      await this.record(tx, actor, 'second-factor.remove', { kind: 'authenticator_app' });
    });
  }

  /** Those of before do not work any more. @throws current_password_wrong, too_many_attempts, no_second_factor */
  async renewCodes(actor: Actor, currentPassword: string): Promise<{ recoveryCodes: string[] }> {
    await this.account.requirePassword(actor, currentPassword);
    const accountId = accountOf(actor);
    return this.change(actor, 'codes_renewed', async (tx, { passkeys, authenticatorApp }) => {
      if (passkeys.length === 0 && !authenticatorApp) throw noSecondFactor();
      const recoveryCodes = await this.replaceCodes(tx, accountId);
      await this.record(tx, actor, 'second-factor.renew-codes');
      return { recoveryCodes };
    });
  }

  /** Somebody who made an account for another's address shall not keep its owner out with a factor of their own. */
  private async requireProved(actor: Actor, currentPassword: string): Promise<Owner> {
    const owner = await this.account.requirePassword(actor, currentPassword);
    if (owner.account.provedAt === null) throw addressNotProved();
    return owner;
  }

  /** One change of one's factors, with the mail that tells of it. */
  private change<T>(
    actor: Actor,
    change: FactorChange,
    work: (tx: EntityManager, before: Factors) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (tx) => {
      const done = await work(tx, await this.factors.lock(tx, accountOf(actor), actor));
      await this.mails.enqueue(tx, actor, change);
      return done;
    });
  }

  private async begun(actor: Actor, token: string, purpose: Purpose): Promise<Challenge> {
    const challenge = await this.challenges.find(token, purpose, accountOf(actor));
    if (!challenge) throw fieldProblem(enrolmentExpired, 'token');
    return challenge;
  }

  private async finish(tx: EntityManager, challenge: Challenge): Promise<void> {
    if (!(await this.challenges.finish(tx, challenge))) throw fieldProblem(enrolmentExpired, 'token');
  }

  private async insertPasskey(tx: EntityManager, passkey: Passkey): Promise<void> {
    try {
      await insertRow(tx, Passkey, passkey);
    } catch (error) {
      throw violatesUnique(error, 'passkeys_credential_id_key') ? fieldProblem(passkeyExists, 'credential') : error;
    }
  }

  private async replaceCodes(tx: EntityManager, accountId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await tx.delete(RecoveryCode, { accountId });
    await tx.insert(
      RecoveryCode,
      codes.map((code) => ({ accountId, codeHash: hashRecoveryCode(code) })),
    );
    return codes;
  }

  private record(
    tx: EntityManager,
    actor: Actor,
    action: string,
    details?: AuditEvent['details'],
    changes?: AuditEvent['changes'],
  ): Promise<void> {
    const { userUuid } = actor;
    const event = { action, targetType: 'user', targetId: userUuid, subject: userUuid, details, changes };
    return this.audit.record(tx, actor, event);
  }
}

/** Whose factors they are: the account's, whatever organisation the person is signed in to. @throws session_required for an API key, which has none */
function accountOf({ accountId }: Actor): string {
  if (accountId === null) throw sessionRequired();
  return accountId;
}
