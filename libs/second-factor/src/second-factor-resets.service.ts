import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import { ACCOUNTS, normalizeEmail } from '#libs/users';
import { AuthenticatorApp } from './authenticator-app.entity';
import { Challenge } from './challenge.entity';
import { FactorsOfAccounts } from './factors.service';
import { FactorMails } from './mails';
import { Passkey } from './passkey.entity';
import { RecoveryCode } from './recovery-code.entity';

const RESET = 'second-factor:reset';

/** With the organisation used last, where the trail tells of it and in whose language the mail is. */
const FIND_ACCOUNT = `
  select a.id as "accountId", m.organization_id as "organizationId", m.user_uuid as "userUuid"
  from ${ACCOUNTS} a
  left join lateral (
    select * from member_directory
    where account_id = a.id and state = 'active'
    order by last_login desc nulls last, created_at, membership_id limit 1
  ) m on true
  where a.email = $1`;

interface Found {
  accountId: string;
  organizationId: number | null;
  userUuid: string | null;
}

/** What happened to whom the operator wanted to help. */
export type ResetOutcome = 'reset' | 'nothing_to_reset' | 'unknown_account';

/** For people who have lost everything. An account may belong to several organisations: so it is the operator's, no tenant's. */
@Injectable()
export class SecondFactorResets {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly factors: FactorsOfAccounts,
    private readonly mails: FactorMails,
    private readonly audit: Audit,
  ) {}

  /** Removes all second factors of the account with this e-mail address; sessions stay. */
  reset(email: string): Promise<ResetOutcome> {
    return this.dataSource.transaction(async (tx) => {
      const [found] = await tx.query<Found[]>(FIND_ACCOUNT, [normalizeEmail(email)]);
      if (!found) return 'unknown_account';
      const { accountId, organizationId, userUuid } = found;
      const { passkeys, authenticatorApp } = await this.factors.lock(tx, accountId, null);
      if (passkeys.length === 0 && !authenticatorApp) return 'nothing_to_reset';
      for (const entity of [Passkey, AuthenticatorApp, RecoveryCode, Challenge]) await tx.delete(entity, { accountId });
      const subject = userUuid ?? accountId;
      const event = { action: 'second-factor.reset', targetType: 'user', targetId: subject, subject };
      await this.audit.record(tx, { organizationId, name: RESET }, event);
      if (organizationId !== null && userUuid !== null) {
        await this.mails.enqueue(tx, { organizationId, userUuid }, 'reset');
      }
      return 'reset';
    });
  }
}
