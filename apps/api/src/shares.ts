/** What one person or one organisation has of a process's places. */
export interface Share {
  /** Requests that the process will answer. */
  inHand: number;
  /** Of those, let past the door. */
  started: number;
  /** Of those, not slow. */
  atWork: number;
}

/** Whose a place is. */
export interface Owner {
  person: Share;
  organization: Share;
}

const OF_ORGANIZATION = { atWork: 3 / 4, started: 1 / 2 };
/** An organisation alone never has all of the database's connections in use: each request uses one at a time. */
const OF_CONNECTIONS = 4 / 5;
const OF_PERSON = { atWork: 1 / 2, started: 1 / 8 };
/** Beyond so many, those who have nothing in hand are forgotten. */
const SWEEP_AT = 10_000;
/** Whoever takes another one's place has far less than they: or two who ask alike would take each other's by turns. */
const FAR_LESS = 2;

/**
 * Who has how many of the places of this process. An organisation is let in up to three quarters of what is worked on at once, but no more than
 * four fifths of the connections, and up to half of all places where its requests are slow; a person up to a half and an eighth: so there is always room for somebody else.
 */
export class Shares {
  private readonly byName = new Map<string, Share>();

  constructor(
    private readonly places: number,
    private readonly mostAtWork: number,
    private readonly connections: number,
  ) {}

  ownerOf(person: string, organization: string): Owner {
    return { person: this.shareOf(`person ${person}`), organization: this.shareOf(organization) };
  }

  mayStart({ person, organization }: Owner): boolean {
    const isInUse = organization.atWork >= Math.max(1, Math.floor(OF_CONNECTIONS * this.connections));
    return !isInUse && this.isBelow(organization, OF_ORGANIZATION) && this.isBelow(person, OF_PERSON);
  }

  private isBelow({ atWork, started }: Share, most: { atWork: number; started: number }): boolean {
    const mostAtWork = most.atWork * this.mostAtWork;
    return atWork < mostAtWork && started < Math.max(mostAtWork, most.started * this.places);
  }

  private shareOf(name: string): Share {
    const known = this.byName.get(name);
    if (known) return known;
    if (this.byName.size >= SWEEP_AT) this.sweep();
    const share: Share = { inHand: 0, started: 0, atWork: 0 };
    this.byName.set(name, share);
    return share;
  }

  private sweep(): void {
    for (const [name, { inHand }] of this.byName) if (inHand === 0) this.byName.delete(name);
  }
}

export function change({ person, organization }: Owner, what: keyof Share, by: 1 | -1): void {
  person[what] += by;
  organization[what] += by;
}

/** Who of two goes to work first, when both wait: the one whose organisation has less at work, then who has less themselves. */
export function hasLessAtWork(a: Owner, b: Owner): boolean {
  return a.organization.atWork !== b.organization.atWork
    ? a.organization.atWork < b.organization.atWork
    : a.person.atWork < b.person.atWork;
}

/** Who of two has more in hand, organisation before person. */
export function hasMoreInHand(a: Owner, b: Owner): boolean {
  return a.organization.inHand !== b.organization.inHand
    ? a.organization.inHand > b.organization.inHand
    : a.person.inHand >= b.person.inHand;
}

/** Whether somebody may have a place that another one waits with. */
export function mayTakeFrom(owner: Owner, other: Owner): boolean {
  const isSameOrganization = owner.organization === other.organization;
  const [own, theirs] = isSameOrganization ? [owner.person, other.person] : [owner.organization, other.organization];
  return theirs.inHand > FAR_LESS * (own.inHand + 1);
}
