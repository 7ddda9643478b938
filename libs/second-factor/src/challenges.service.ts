import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, type EntityManager, MoreThan } from 'typeorm';
import { hashOneTimeToken, newOneTimeToken } from '#libs/accounts';
import { Clock } from '#libs/common';
import { insertRow } from '#libs/database';
import { Jobs } from '#libs/jobs';
import { Challenge, type Purpose } from './challenge.entity';

const VALID_MS = 5 * 60_000;

/** What a client is given to finish what was begun. */
export interface Begun {
  token: string;
  expiresAt: Date;
}

type Particulars = Partial<
  Pick<Challenge, 'userUuid' | 'organizationId' | 'passwordDigest' | 'isKnownAddress' | 'sealedSecret'>
>;

/** What is begun and finished within five minutes, once. */
@Injectable()
export class Challenges {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.handleScheduled('second-factor-challenges-remove-expired', '27 * * * *', () => this.removeExpired());
  }

  async begin(purpose: Purpose, accountId: string, particulars: Particulars = {}): Promise<Begun> {
    const { token, tokenHash } = newOneTimeToken();
    const expiresAt = new Date(this.clock.now().getTime() + VALID_MS);
    await insertRow(this.dataSource.manager, Challenge, {
      tokenHash,
      accountId,
      purpose,
      userUuid: null,
      organizationId: null,
      passwordDigest: null,
      isKnownAddress: false,
      sealedSecret: null,
      expiresAt,
      ...particulars,
    });
    return { token, expiresAt };
  }

  /** Null when it was never begun for this purpose, by this account if that is known, or is over. */
  find(token: string, purpose: Purpose, accountId?: string): Promise<Challenge | null> {
    const whose = accountId === undefined ? {} : { accountId };
    const which = { tokenHash: hashOneTimeToken(token), purpose, expiresAt: MoreThan(this.clock.now()), ...whose };
    return this.dataSource.manager.findOneBy(Challenge, which);
  }

  /** False for whoever comes second. */
  async finish(tx: EntityManager, { tokenHash }: Challenge): Promise<boolean> {
    const { affected } = await tx.delete(Challenge, { tokenHash });
    return affected === 1;
  }

  private async removeExpired(): Promise<void> {
    await this.dataSource.query('delete from second_factor_challenges where expires_at < $1', [this.clock.now()]);
  }
}
