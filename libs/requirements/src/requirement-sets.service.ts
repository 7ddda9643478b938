import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import {
  type CalendarDate,
  Clock,
  dateIn,
  decodeCursor,
  fieldProblem,
  newId,
  type Page,
  requireMatch,
  toPage,
} from '#libs/common';
import { Batch } from '#libs/database';
import { Kinds } from '#libs/kinds';
import type { Layer, LayerDefinition } from './requirement';
import { definitionOf } from './requirement-form';
import type { CreateRequirementSetDto, RequirementSetsQuery, UpdateRequirementSetDto } from './requirement-set.dto';
import { etagOf, type RequirementSet, SHIPPED_SETS } from './requirement-set';
import { RequirementVersion } from './requirement-version.entity';
import {
  effectiveFromTooEarly,
  requirementSetExists,
  requirementSetNotFound,
  tooManyRequirementSets,
} from './requirements.errors';

/** They are all asked of everybody. */
const MOST_OWN_SETS = 100;
/** Organisations and days of which the sets are kept at hand. */
const MOST_KEPT = 200;

const EMPTY: Omit<LayerDefinition, 'code' | 'name' | 'scope'> = {
  isActive: true,
  applies: [],
  requirements: [],
  sources: [],
};

/** The number of changes that an organisation has made: its sets are the same as long as that is. For a statement of another lib. */
export function requirementChangesSql(organizationId: string): string {
  return `(select count(*)::integer from requirement_versions where organization_id = ${organizationId})`;
}

/** Of each set the newest that holds on a day and was known at a moment. */
const OF_DAY = `
  select distinct on (set_id) set_id as id, version, definition, effective_from as "effectiveFrom" from requirement_versions
  where organization_id = $1 and effective_from <= $2 and created_at <= coalesce($3::timestamptz, 'infinity')
  order by set_id, version desc`;

/** All sets of an organisation: those that came with the product as it has changed them, and its own. */
@Injectable()
export class RequirementSets {
  private readonly kept = new Map<string, { changes: number; sets: ReadonlyMap<string, RequirementSet> }>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly kinds: Kinds,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /**
   * As they hold on a day, by id.
   * @param changes what `requirementChangesSql` has answered
   */
  async of(organizationId: number, day: CalendarDate, changes: number): Promise<ReadonlyMap<string, RequirementSet>> {
    if (changes === 0) return SHIPPED_SETS;
    const key = `${organizationId} ${day}`;
    const kept = this.kept.get(key);
    if (kept?.changes === changes) return kept.sets;
    const sets = await this.read(this.dataSource.manager, organizationId, day);
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(key, { changes, sets });
    return sets;
  }

  /** As they held on a day by what was known at a moment. */
  asOf(organizationId: number, day: CalendarDate, moment: Date): Promise<ReadonlyMap<string, RequirementSet>> {
    return this.read(this.dataSource.manager, organizationId, day, moment);
  }

  /** The newest of each, by code. */
  async list(
    actor: Actor,
    { limit, cursor, search, scope, include_count }: RequirementSetsQuery,
  ): Promise<Page<RequirementSet>> {
    const text = search?.toLowerCase();
    const wanted = [...(await this.newest(this.dataSource.manager, actor.organizationId)).values()]
      .filter(({ definition }) => !scope || definition.scope === scope)
      .filter(
        ({ definition: { code, name } }) =>
          !text || [code, name.en, name.fr ?? ''].join(' ').toLowerCase().includes(text),
      )
      .sort((a, b) => (a.definition.code < b.definition.code ? -1 : 1));
    const [after = ''] = cursor ? decodeCursor(cursor, [() => true]) : [];
    const rest = wanted.filter(({ definition }) => definition.code > after);
    return toPage(rest, limit, ({ definition }) => [definition.code], include_count ? wanted.length : null);
  }

  /** The newest version. @throws requirement_set_not_found */
  async get(actor: Actor, id: string): Promise<RequirementSet> {
    return found(await this.newest(this.dataSource.manager, actor.organizationId), id);
  }

  /** @throws requirement_set_exists, too_many_requirement_sets, requirement_refused */
  create(actor: Actor, dto: CreateRequirementSetDto): Promise<RequirementSet> {
    return this.dataSource.transaction(async (tx) => {
      const sets = await this.lock(tx, actor);
      const all = [...sets.values()];
      if (all.some(({ definition }) => definition.code === dto.code)) throw fieldProblem(requirementSetExists, 'code');
      if (all.filter(({ origin }) => origin === 'own').length >= MOST_OWN_SETS) throw tooManyRequirementSets();
      const empty: LayerDefinition = { ...EMPTY, code: dto.code, name: { en: dto.name.en }, scope: dto.scope };
      return this.store(tx, actor, {
        id: newId(),
        definition: definitionOf(empty, dto, await this.kindCodes(actor)),
        origin: 'own',
        version: 1,
        effectiveFrom: dto.effectiveFrom ?? this.today(actor),
      });
    });
  }

  /**
   * A new version, of what came with the product too; what was asked before its first day stays as it was.
   * @throws requirement_set_not_found, changed_since_read, requirement_refused, effective_from_too_early
   */
  update(actor: Actor, id: string, dto: UpdateRequirementSetDto, ifMatch?: string): Promise<RequirementSet> {
    return this.dataSource.transaction(async (tx) => {
      const before = found(await this.lock(tx, actor), id);
      requireMatch(ifMatch, etagOf(before));
      const definition = definitionOf(before.definition, dto, await this.kindCodes(actor));
      const effectiveFrom = dto.effectiveFrom ?? later(this.today(actor), before.effectiveFrom);
      if (before.effectiveFrom !== null && effectiveFrom < before.effectiveFrom) {
        throw fieldProblem(effectiveFromTooEarly, 'effectiveFrom');
      }
      if (isDeepStrictEqual(plain(definition), plain(before.definition)) && dto.effectiveFrom === undefined)
        return before;
      const origin = before.origin === 'own' ? 'own' : 'changed';
      return this.store(tx, actor, { id, definition, origin, version: before.version + 1, effectiveFrom }, before);
    });
  }

  private today(actor: Actor): CalendarDate {
    return dateIn(actor.timeZone, this.clock.now());
  }

  private async kindCodes(actor: Actor): Promise<Set<string>> {
    return new Set([...(await this.kinds.of(actor.organizationId)).values()].map(({ definition }) => definition.code));
  }

  private newest(manager: EntityManager, organizationId: number): Promise<ReadonlyMap<string, RequirementSet>> {
    return this.read(manager, organizationId, '9999-12-31');
  }

  private async read(
    manager: EntityManager,
    organizationId: number,
    day: CalendarDate,
    moment: Date | null = null,
  ): Promise<ReadonlyMap<string, RequirementSet>> {
    const rows: Omit<RequirementSet, 'origin'>[] = await manager.query(OF_DAY, [organizationId, day, moment]);
    const sets = new Map(SHIPPED_SETS);
    for (const row of rows) sets.set(row.id, { ...row, origin: SHIPPED_SETS.has(row.id) ? 'changed' : 'own' });
    return sets;
  }

  /** Changes of an organisation's sets come one after the other: none takes the code of another, or is lost. */
  private async lock(tx: EntityManager, actor: Actor): Promise<ReadonlyMap<string, RequirementSet>> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `requirement sets ${actor.organizationId}`,
    ]);
    await this.rights.confirm(actor, tx);
    return this.newest(tx, actor.organizationId);
  }

  private async store(
    tx: EntityManager,
    actor: Actor,
    set: RequirementSet & { effectiveFrom: CalendarDate },
    before: RequirementSet | null = null,
  ): Promise<RequirementSet> {
    const { id, version, definition, effectiveFrom } = set;
    const writes = new Batch(tx).insert(RequirementVersion, {
      organizationId: actor.organizationId,
      setId: id,
      version,
      code: definition.code,
      effectiveFrom,
      definition,
      createdAt: this.clock.now(),
    });
    this.audit.add(writes, actor, {
      action: before ? 'requirement-set.update' : 'requirement-set.create',
      targetType: 'requirement_set',
      targetId: id,
      changes: changesOf<LayerDefinition & { effectiveFrom: CalendarDate | null }>(
        before && { ...before.definition, effectiveFrom: before.effectiveFrom },
        { ...cleared(before), ...definition, effectiveFrom },
      ),
    });
    await writes.send();
    return set;
  }
}

/** As the engine takes them. */
export function layersOf(sets: ReadonlyMap<string, RequirementSet>): Layer[] {
  return [...sets.values()].map(({ id, definition, origin }) => ({ id, isOwn: origin !== 'shipped', definition }));
}

/** What was there and may be no longer, for the trail. */
function cleared(before: RequirementSet | null): Partial<Record<keyof LayerDefinition, null>> {
  return Object.fromEntries(Object.keys(before?.definition ?? {}).map((field) => [field, null]));
}

function found(sets: ReadonlyMap<string, RequirementSet>, id: string): RequirementSet {
  const set = sets.get(id);
  if (!set) throw requirementSetNotFound();
  return set;
}

function later(a: CalendarDate, b: CalendarDate | null): CalendarDate {
  return b !== null && b > a ? b : a;
}

/** As it comes from the database. */
function plain(definition: LayerDefinition): unknown {
  return JSON.parse(JSON.stringify(definition));
}
