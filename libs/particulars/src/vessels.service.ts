import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, type Changes, changesOf } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import {
  Clock,
  decodeCursor,
  fieldProblem,
  likePattern,
  newId,
  type Page,
  requireMatch,
  toPage,
  wrongInText,
} from '#libs/common';
import { Batch, violatesForeignKey, violatesUnique } from '#libs/database';
import { isImoNumber } from './imo-number';
import { imoNumberWrong, vesselExists, vesselInUse, vesselNotFound } from './particulars.errors';
import { sent } from './sent';
import type { CreateVesselDto, UpdateVesselDto, VesselsQuery } from './vessel.dto';
import { Vessel } from './vessel.entity';

const NOTHING_KNOWN = {
  ...{ imo: null, flag: null, type: null, gt: null, kw: null, seaArea: null, ecdis: null, igf: null },
  ...{ isps: null, polar: null, manning: null, frb: null },
};

const isName = (text: string) => text.length <= 100 && wrongInText(text, 'line') === null;

/** The vessels and sites of an organisation. */
@Injectable()
export class Vessels {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /** By name, which no two have. */
  async list(actor: Actor, { limit, cursor, search, include_count }: VesselsQuery): Promise<Page<Vessel>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Vessel, 'vessel')
      .where('vessel.organization_id = :organization', { organization: actor.organizationId });
    if (search) {
      select.andWhere('(vessel.name ilike :text or vessel.imo like :text)', { text: likePattern(search) });
    }
    const total = include_count ? await select.getCount() : null;
    if (cursor) select.andWhere('vessel.name > :after', { after: decodeCursor(cursor, [isName])[0] });
    const rows = await select
      .orderBy('vessel.name')
      .limit(limit + 1)
      .getMany();
    return toPage(rows, limit, ({ name }) => [name], total);
  }

  /** @throws vessel_not_found */
  async get(actor: Actor, id: string): Promise<Vessel> {
    const vessel = await this.dataSource.manager.findOneBy(Vessel, { id, organizationId: actor.organizationId });
    if (!vessel) throw vesselNotFound();
    return vessel;
  }

  /** @throws vessel_exists, imo_number_wrong, state_unknown */
  create(actor: Actor, dto: CreateVesselDto): Promise<Vessel> {
    const facts = { ...NOTHING_KNOWN, ...sound(dto) };
    return this.uniquely(async (tx) => {
      await this.rights.confirm(actor, tx);
      const now = this.clock.now();
      const vessel = tx.create(Vessel, {
        ...facts,
        id: newId(),
        organizationId: actor.organizationId,
        createdAt: now,
        updatedAt: now,
        revision: 1,
      });
      const writes = new Batch(tx).insert(Vessel, vessel);
      this.record(writes, actor, 'vessel.create', vessel.id, changesOf<Vessel>(null, facts));
      await writes.send();
      return vessel;
    });
  }

  /** @throws vessel_not_found, changed_since_read, vessel_exists, imo_number_wrong, state_unknown */
  update(actor: Actor, id: string, dto: UpdateVesselDto, ifMatch?: string): Promise<Vessel> {
    return this.uniquely(async (tx) => {
      const before = await this.lock(tx, actor, id);
      requireMatch(ifMatch, before.etag);
      const given = sound(dto);
      const changes = changesOf<Vessel>(before, given);
      if (Object.keys(changes).length === 0) return before;
      const writes = new Batch(tx).update(Vessel, 'id', id, { ...given, updatedAt: this.clock.now() });
      this.record(writes, actor, 'vessel.update', id, changes);
      await writes.send();
      return tx.findOneByOrFail(Vessel, { id });
    });
  }

  /** @throws vessel_not_found, changed_since_read, vessel_in_use */
  async remove(actor: Actor, id: string, ifMatch?: string): Promise<void> {
    try {
      await this.dataSource.transaction(async (tx) => {
        requireMatch(ifMatch, (await this.lock(tx, actor, id)).etag);
        const writes = new Batch(tx).add('delete from vessels where id = $1', [id]);
        this.record(writes, actor, 'vessel.delete', id);
        await writes.send();
      });
    } catch (error) {
      if (violatesForeignKey(error, 'particulars_vessel_fkey')) throw vesselInUse();
      throw error;
    }
  }

  private async lock(tx: EntityManager, actor: Actor, id: string): Promise<Vessel> {
    const where = { id, organizationId: actor.organizationId };
    const vessel = await tx.findOne(Vessel, { where, lock: { mode: 'for_no_key_update' } });
    await this.rights.confirm(actor, tx);
    if (!vessel) throw vesselNotFound();
    return vessel;
  }

  private record(writes: Batch, actor: Actor, action: string, targetId: string, changes?: Changes): void {
    this.audit.add(writes, actor, { action, targetType: 'vessel', targetId, changes });
  }

  private async uniquely(work: (tx: EntityManager) => Promise<Vessel>): Promise<Vessel> {
    try {
      return await this.dataSource.transaction(work);
    } catch (error) {
      if (violatesUnique(error, 'vessels_organization_name_key')) throw fieldProblem(vesselExists, 'name');
      if (violatesUnique(error, 'vessels_organization_imo_key')) throw fieldProblem(vesselExists, 'imo');
      throw error;
    }
  }
}

/** What was sent, with the flag as three letters. @throws imo_number_wrong, state_unknown */
function sound<T extends UpdateVesselDto>(dto: T): T {
  if (dto.imo && !isImoNumber(dto.imo)) throw fieldProblem(imoNumberWrong, 'imo');
  return sent(dto, 'flag');
}
