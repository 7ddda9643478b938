import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import { Clock, newId } from '#libs/common';
import {
  Memberships,
  type NewOrganization,
  type NewPerson,
  type Organization,
  Organizations,
  Users,
} from '#libs/users';
import { InvitationMails } from './invitation-mails.service';
import { Invitation } from './invitation.entity';
import { VALID_MS } from './invitations.service';

const SETUP = 'setup';

/** Organisations come into being, by whoever runs the installation. */
@Injectable()
export class Foundings {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly organizations: Organizations,
    private readonly users: Users,
    private readonly memberships: Memberships,
    private readonly mails: InvitationMails,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** An organisation together with its first admin, who comes in by the link, or neither. Nobody is sent a mail. */
  async found(
    settings: NewOrganization,
    admin: Omit<NewPerson, 'role'>,
  ): Promise<{ organization: Organization; link: string }> {
    const { link, tokenHash } = this.mails.handOver(settings.language);
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + VALID_MS);
    const organization = await this.dataSource.transaction(async (tx) => {
      const created = await this.organizations.create(tx, { organizationId: null, name: SETUP }, settings);
      const organizationId = created.id;
      const actor = { organizationId, name: SETUP };
      const person = { ...admin, role: 'admin' as const };
      const { uuid: subject, membershipId } = await this.users.enrol(tx, actor, organizationId, person);
      const id = newId();
      const invitation = { id, organizationId, membershipId, invitedByUserUuid: null, tokenHash, createdAt, expiresAt };
      await tx.insert(Invitation, invitation);
      await this.memberships.setInvited(tx, membershipId, expiresAt);
      const target = { targetType: 'invitation', targetId: id, subject };
      await this.audit.record(tx, actor, { action: 'invitation.create', ...target, details: { role: 'admin' } });
      return created;
    });
    return { organization, link };
  }
}
