import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { accountLink, Mailer, newOneTimeToken } from '#libs/accounts';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { Jobs, type Sender } from '#libs/jobs';
import { type Language, ORGANIZATIONS } from '#libs/users';
import { InvitationBudgets } from './invitation-budgets.service';
import { invitationText } from './invitation-text';
import { Invitation } from './invitation.entity';
import { INVITED } from './open-invitation';

const MAIL = 'invitations.mail';

const FIND = `
  select m.email, m.first_name as "firstName", o.name as organization, o.language, i.organization_id as "organizationId",
         i.invited_by_user_uuid as "invitedByUserUuid"
  from ${INVITED} join ${ORGANIZATIONS} o on o.id = i.organization_id
  where i.id = $1 and i.expires_at > $2`;

interface Found {
  email: string;
  firstName: string;
  organization: string;
  language: Language;
  organizationId: number;
  invitedByUserUuid: string | null;
}

/** Takes invitations to people: a job, that exists if and only if the invitation does. */
@Injectable()
export class InvitationMails {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly jobs: Jobs,
    private readonly mailer: Mailer,
    private readonly budgets: InvitationBudgets,
    private readonly clock: Clock,
  ) {
    jobs.handle(MAIL, ({ invitationId }) => this.mail(String(invitationId)), { lane: 'mail' });
  }

  /** One job per invitation: sent again while the mail server is away, it is one mail. */
  enqueue(tx: EntityManager, sender: Sender | null, invitationId: string, runAt?: Date): Promise<void> {
    return this.jobs.enqueue(tx, MAIL, { invitationId }, { key: `${MAIL} ${invitationId}`, runAt, sender });
  }

  /** The link of an invitation that no mail carries, for whoever runs the installation to hand on. */
  handOver(language: Language): { link: string; tokenHash: string } {
    const { token, tokenHash } = newOneTimeToken();
    return { link: this.link(language, token), tokenHash };
  }

  /** Repeated, it makes another token: the link of the latest mail is the one that works. */
  private async mail(id: string): Promise<void> {
    const now = this.clock.now();
    const [found] = await this.dataSource.query<Found[]>(FIND, [id, now]);
    if (!found) return;
    const waitSeconds = await this.budgets.send(found.email, () => this.send(id, found));
    // Whoever has had enough mails for now is sent this one later; nobody is told.
    if (waitSeconds > 0) {
      const { organizationId, invitedByUserUuid: userUuid } = found;
      const sender = userUuid === null ? null : { organizationId, userUuid };
      await this.enqueue(this.dataSource.manager, sender, id, new Date(now.getTime() + waitSeconds * 1000));
    }
  }

  private async send(id: string, { email, firstName, organization, language }: Found): Promise<void> {
    const { token, tokenHash } = newOneTimeToken();
    const { affected } = await this.dataSource.manager.update(Invitation, { id }, { tokenHash });
    // Withdrawn or accepted since it was read: its link would lead nowhere.
    if (affected === 0) return;
    const link = this.link(language, token);
    await this.mailer.send({ to: email, ...invitationText(language, { firstName, organization, link }) });
  }

  private link(language: Language, token: string): string {
    return accountLink(this.config.publicUrl, 'accept-invitation', language, token);
  }
}
