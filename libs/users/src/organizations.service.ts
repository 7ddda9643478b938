import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock, isTimeZone, newId, requireMatch } from '#libs/common';
import type { UpdateOrganizationDto } from './organization.dto';
import { type Language, Organization } from './organization.entity';

const EXPIRING_SOON_DAYS = 90;
const UPLOAD_QUOTA_BYTES = 10_000_000_000;

export interface NewOrganization {
  name: string;
  /** IANA name. */
  timeZone: string;
  language: Language;
}

@Injectable()
export class Organizations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /** The caller's organisation, or that of a row. */
  get({ organizationId: id }: Pick<Actor, 'organizationId'>): Promise<Organization> {
    return this.dataSource.manager.findOneByOrFail(Organization, { id });
  }

  /** @throws changed_since_read */
  update(actor: Actor, dto: UpdateOrganizationDto, ifMatch?: string): Promise<Organization> {
    const changes = Object.fromEntries(Object.entries(dto).filter(([, value]) => value !== undefined));
    const where = { id: actor.organizationId };
    return this.dataSource.transaction(async (tx) => {
      const before = await tx.findOneOrFail(Organization, { where, lock: { mode: 'for_no_key_update' } });
      await this.rights.confirm(actor, tx);
      requireMatch(ifMatch, before.etag);
      if (Object.keys(changes).length === 0) return before;
      const chosen = dto.reviewPolicy === undefined ? {} : { isReviewPolicyChosen: true };
      await tx.update(Organization, where, { ...changes, ...chosen, updatedAt: this.clock.now() });
      await this.audit.record(tx, actor, {
        action: 'organization.update',
        targetType: 'organization',
        targetId: actor.organizationId,
        changes: changesOf<UpdateOrganizationDto>(before, changes),
      });
      return tx.findOneByOrFail(Organization, where);
    });
  }

  /** A new tenant with the usual settings. @throws RangeError for an unknown time zone */
  async create(tx: EntityManager, actor: SystemActor, settings: NewOrganization): Promise<Organization> {
    if (!isTimeZone(settings.timeZone)) throw new RangeError('The time zone is not in the IANA database');
    const now = this.clock.now();
    const organization = tx.create(Organization, {
      ...settings,
      uuid: newId(),
      expiringSoonDays: EXPIRING_SOON_DAYS,
      uploadQuotaBytes: UPLOAD_QUOTA_BYTES,
      duplicatePolicy: 'warn',
      reviewPolicy: 'submitter',
      isReviewPolicyChosen: true,
      requiresFileOrOriginal: true,
      requiresShownFile: true,
      createdAt: now,
      updatedAt: now,
      revision: 1,
    });
    await tx.insert(Organization, organization);
    const by = { ...actor, organizationId: organization.id };
    await this.audit.record(tx, by, {
      action: 'organization.create',
      targetType: 'organization',
      targetId: organization.id,
      changes: changesOf(null, settings),
    });
    return organization;
  }
}
