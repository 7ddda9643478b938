import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/auth';
import { Clock, dateIn, fieldProblem, parseInstant } from '#libs/common';
import { type Kind, Kinds } from '#libs/kinds';
import { vesselUnknown } from '#libs/particulars';
import { type Layer, layersOf, type RequirementSet, requirementSetNotFound, RequirementSets } from '#libs/requirements';
import { personNotFound } from '#libs/users';
import { type Asked, askedQuestion } from './asked-question';
import type { Fitness } from './engine/answer';
import { fitnessOf } from './engine/fitness';
import type { CheckFitnessDto, FitnessQuery } from './fitness.dto';
import { knownInFuture } from './fitness.errors';
import { paperFacts, PeopleFacts, type PeopleRecords, type PersonRecord } from './people-facts.service';

/** Somebody with their answer. */
export interface PersonFitness {
  person: PersonRecord;
  fitness: Fitness;
  kinds: ReadonlyMap<string, Kind>;
}

/** Of one item of a check; null for a person who is not there. */
export interface CheckedFitness {
  userId: string;
  answer: PersonFitness | null;
}

/** Who may work, and what is missing. */
@Injectable()
export class Fitnesses {
  constructor(
    private readonly facts: PeopleFacts,
    private readonly kinds: Kinds,
    private readonly sets: RequirementSets,
    private readonly clock: Clock,
  ) {}

  /** @throws person_not_found, period_refused, vessel_unknown, known_in_future, requirement_set_not_found */
  async ofPerson(actor: Actor, userUuid: string, query: FitnessQuery): Promise<PersonFitness> {
    const uuid = userUuid === 'me' ? actor.userUuid : userUuid;
    if (!actor.isStaff && uuid !== actor.userUuid) throw personNotFound();
    const { requirement_set_id: requirementSetId, vessel_id: vesselId, known_at, ...given } = query;
    const asked = askedQuestion(uuid, { ...given, requirementSetId, vesselId }, this.today(actor));
    const [answer] = await this.answer(actor, [asked], this.moment(known_at), 'vessel_id');
    if (!answer) throw personNotFound();
    return answer;
  }

  /** @throws period_refused, vessel_unknown, requirement_set_not_found */
  async check(actor: Actor, { items }: CheckFitnessDto): Promise<CheckedFitness[]> {
    const today = this.today(actor);
    const asked = items.map((item, index) => askedQuestion(item.userId, item, today, `items.${index}.`));
    const answers = await this.answer(actor, asked, null, 'items');
    return items.map(({ userId }, index) => ({ userId, answer: answers[index] ?? null }));
  }

  /** One statement for all; null for who is not there. */
  async answer(
    actor: Actor,
    asked: readonly Asked[],
    knownAt: Date | null,
    vesselField: string,
  ): Promise<(PersonFitness | null)[]> {
    const { organizationId, timeZone } = actor;
    const records = await this.facts.read(organizationId, asked, knownAt);
    const kinds = await (knownAt
      ? this.kinds.asOf(organizationId, knownAt)
      : this.kinds.of(organizationId, records.kindChanges));
    const setsOf = this.setsOfDays(organizationId, records, knownAt);
    const answers: (PersonFitness | null)[] = [];
    for (const [index, one] of asked.entries()) {
      const person = records.people[index];
      if (one.vesselId !== null && person && person.facts.vessel?.id !== one.vesselId) {
        throw fieldProblem(vesselUnknown, vesselField);
      }
      const { layers, wanted } = await setsOf(one);
      answers.push(
        person ? { person, fitness: this.fitness(person, one, { kinds, layers, wanted, timeZone }), kinds } : null,
      );
    }
    return answers;
  }

  today({ timeZone }: Actor): string {
    return dateIn(timeZone, this.clock.now());
  }

  private fitness(
    { firstName, lastName, facts, papers, waivers }: PersonRecord,
    { on, until, as }: Asked,
    {
      kinds,
      layers,
      wanted,
      timeZone,
    }: { kinds: ReadonlyMap<string, Kind>; layers: Layer[]; wanted: Layer | null; timeZone: string },
  ): Fitness {
    const { vessel, ...particulars } = facts;
    return fitnessOf(
      { on, until, as, vessel, person: { name: `${firstName} ${lastName}`, ...particulars } },
      { papers: papers.map((paper) => paperFacts(paper, kinds, timeZone)), kinds, layers, waivers, wanted },
    );
  }

  /** Many are asked for the same day. */
  private setsOfDays(organizationId: number, { requirementChanges }: PeopleRecords, knownAt: Date | null) {
    const days = new Map<string, { sets: ReadonlyMap<string, RequirementSet>; layers: Layer[] }>();
    return async ({ on, requirementSetId }: Asked): Promise<{ layers: Layer[]; wanted: Layer | null }> => {
      let known = days.get(on);
      if (!known) {
        const sets = await (knownAt
          ? this.sets.asOf(organizationId, on, knownAt)
          : this.sets.of(organizationId, on, requirementChanges));
        days.set(on, (known = { sets, layers: layersOf(sets) }));
      }
      if (requirementSetId === null) return { layers: known.layers, wanted: null };
      const wanted = known.layers.find(({ id }) => id === requirementSetId);
      if (!wanted) throw requirementSetNotFound();
      return { layers: known.layers, wanted };
    };
  }

  private moment(knownAt: string | undefined): Date | null {
    const moment = knownAt === undefined ? null : parseInstant(knownAt);
    if (moment && moment > this.clock.now()) throw fieldProblem(knownInFuture, 'known_at');
    return moment;
  }
}
