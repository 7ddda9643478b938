import type { CertificateType } from '#libs/kinds';
import { addDays, type CalendarDate } from '#libs/common';
import { ADMINISTRATIONS, CLINICS, FLAG_STATES, SCHOOLS, TRAINING_CENTRES } from './bodies';
import { type CastMember, CREW, ORGANIZATION, type Rank, STAFF } from './cast';
import type { IssuingBody, Paper, PaperKind } from './paper';
import { Random } from './random';

const SEED = 20_251;
const YEAR_DAYS = 365;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A file that a person sends. */
export interface PlannedScan {
  paper: Paper;
  format: 'pdf' | 'jpeg';
  filename: string;
  isOutOfFocus: boolean;
  sentAt: Date;
  /** Announced, but never sent. */
  isMissing: boolean;
}

export interface PlannedDecision {
  outcome: 'verified' | 'rejected';
  reason: string | null;
  at: Date;
}

/** What a record says; a diploma has only a date, and that is when it was obtained. */
export interface RecordedFields {
  number: string | null;
  authority: string | null;
  issued: CalendarDate | null;
  expires: CalendarDate | null;
}

/** What was sent in for review at one point in time, and what a reviewer said. */
export interface Revision {
  at: Date;
  fields: RecordedFields;
  scan: PlannedScan | null;
  decision: PlannedDecision | null;
}

export interface PlannedCredential {
  owner: CastMember;
  /** Somebody of the office recorded it for its owner. */
  isByOffice: boolean;
  /** As recorded, and then every change. */
  revisions: [Revision, ...Revision[]];
}

export interface PlannedCertificate extends PlannedCredential {
  type: CertificateType;
  notes: string | null;
}

export interface PlannedDiploma extends PlannedCredential {
  title: string;
}

export interface Plan {
  foundedAt: Date;
  certificates: PlannedCertificate[];
  diplomas: PlannedDiploma[];
}

type Outcome = 'verified' | 'corrected' | 'pending' | 'resubmitted' | 'edited' | 'rejected';
type Flaw = 'number' | 'expiry' | 'focus' | 'no_file' | 'date';

const REASONS: Record<Flaw, string> = {
  number: 'The certificate number differs from the one on the scan. Please check the last digits.',
  expiry: 'The expiry date on the scan is another one than you entered.',
  focus: 'The photograph is out of focus: number and dates cannot be read. Please send a sharper one.',
  no_file: 'Please attach a scan of the paper.',
  date: 'The date on the diploma is another one than you entered.',
};

/** One kind of paper: who issues it, how its number looks, how long it lasts. */
interface Series {
  type: CertificateType;
  kind: PaperKind;
  bodies: readonly IssuingBody[];
  slug: string;
  years: number | null;
  subject: (rank: Rank) => string;
  number: (random: Random, year: string) => string;
}

const CAPACITIES: Record<Rank, string> = {
  Master: 'Master on ships of 3000 gross tonnage or more',
  'Chief Mate': 'Chief Mate on ships of 3000 gross tonnage or more',
  'Second Mate': 'Officer in charge of a navigational watch',
  'Third Mate': 'Officer in charge of a navigational watch',
  'Able Seaman': 'Able Seafarer Deck',
  'Ship’s Cook': 'Ship’s Cook',
};

const BASIC_SAFETY: Series = {
  type: 'stcw_basic_safety',
  kind: 'stcw_basic_safety',
  bodies: TRAINING_CENTRES,
  slug: 'basic-safety',
  years: 5,
  subject: () => 'Basic Safety Training',
  number: (random) => `BST-${random.digits(6)}`,
};
const COMPETENCY: Series = {
  type: 'deck_certificate',
  kind: 'deck_certificate',
  bodies: ADMINISTRATIONS,
  slug: 'coc',
  years: 5,
  subject: (rank) => CAPACITIES[rank],
  number: (random, year) => `COC-${year}-${random.digits(5)}`,
};
const RADIO: Series = {
  type: 'gmdss_endorsement',
  kind: 'gmdss_endorsement',
  bodies: ADMINISTRATIONS,
  slug: 'gmdss-goc',
  years: 5,
  subject: () => 'General Operator',
  number: (random) => `GOC-${random.digits(6)}`,
};
const TANKER: Series = {
  type: 'oil_tanker_endorsement',
  kind: 'oil_tanker_endorsement',
  bodies: TRAINING_CENTRES,
  slug: 'oil-tanker',
  years: 5,
  subject: (rank) =>
    rank === 'Able Seaman'
      ? 'Basic Training for Oil and Chemical Tanker Cargo Operations'
      : 'Advanced Training for Oil Tanker Cargo Operations',
  number: (random, year) => `OT/${year}/${random.digits(4)}`,
};
const MEDICAL: Series = {
  type: 'medical',
  kind: 'medical',
  bodies: CLINICS,
  slug: 'medical-eng1',
  years: 2,
  subject: () => 'Medical certificate for service at sea',
  number: (random) => `ENG1-${random.digits(7)}`,
};
const FLAG: Series = {
  type: 'flag_certificate',
  kind: 'flag_certificate',
  bodies: FLAG_STATES,
  slug: 'flag-endorsement',
  years: 5,
  subject: (rank) => (rank === 'Able Seaman' ? 'Able Seafarer Deck' : rank),
  number: (random, year) => `END/${year}/${random.digits(5)}`,
};
const COURSES: Series[] = [
  course('Security Awareness Training', 'SAT', 'security-awareness'),
  course('Crowd Management and Passenger Ship Safety', 'CMP', 'crowd-management'),
  course('Electronic Chart Display and Information Systems', 'ECD', 'ecdis'),
  course('Proficiency in Survival Craft and Rescue Boats', 'PSC', 'survival-craft'),
];
const COOKING = course('Ship’s Cook and Food Safety on Board', 'COOK', 'ships-cook');

const TITLES: { name: string; bodies: readonly IssuingBody[] }[] = [
  'Bachelor of Nautical Science',
  'Bachelor of Marine Engineering',
  'Bachelor of Shipping Management',
  'Master of Maritime Operations',
  'Master of Maritime Law',
  'Diploma in Nautical Studies',
  'Diploma in Marine Electrotechnology',
  'Higher National Diploma in Nautical Science',
  'Vocational Diploma, Deck Rating',
  'Vocational Diploma, Catering at Sea',
  'Certificate of Secondary Maritime Education',
  'Diploma in Port and Terminal Management',
].map((name) => ({ name, bodies: SCHOOLS }));
export const TITLE_NAMES = TITLES.map(({ name }) => name);

/** Which papers a person of a rank has. */
function seriesOf(rank: Rank, random: Random): Series[] {
  const courses = random.shuffle(COURSES);
  switch (rank) {
    case 'Ship’s Cook':
      return [BASIC_SAFETY, MEDICAL, COOKING, courses[0] as Series];
    case 'Able Seaman':
      return [BASIC_SAFETY, MEDICAL, FLAG, TANKER, courses[0] as Series];
    default:
      return [
        BASIC_SAFETY,
        COMPETENCY,
        RADIO,
        MEDICAL,
        FLAG,
        ...(random.chance(0.6) ? [TANKER] : []),
        courses[0] as Series,
      ];
  }
}

/**
 * The whole story, told backwards from `now`: the same people, papers and reviews on every machine and day, only moved in
 * time, so that some papers always expire soon.
 */
export function planDemo(now: Date, today: CalendarDate): Plan {
  const planner = new Planner(now, today);
  for (const person of [...STAFF, ...CREW]) planner.addPapersOf(person);
  return planner.finish();
}

class Planner {
  private readonly random = new Random(SEED);
  private readonly certificates: PlannedCertificate[] = [];
  private readonly diplomas: PlannedDiploma[] = [];
  private seed = 1;
  /** Days until expiry that a tour should meet: today, tomorrow, both sides of the window. */
  private readonly boundaryDays = [0, 1, 90, 91, 7, 30];

  constructor(
    private readonly now: Date,
    private readonly today: CalendarDate,
  ) {}

  finish(): Plan {
    return {
      foundedAt: this.daysAgo(ORGANIZATION.years * YEAR_DAYS),
      certificates: this.certificates,
      diplomas: this.diplomas,
    };
  }

  addPapersOf(person: CastMember): void {
    if (!person.rank || person.mood === 'newcomer') return;
    const birthDate = addDays(this.today, -Math.round(this.random.between(24 + person.years, 58) * YEAR_DAYS));
    const current: PlannedCertificate[] = [];
    for (const series of seriesOf(person.rank, this.random)) {
      const chain = this.chain(person, person.rank, birthDate, series);
      current.push(chain[0] as PlannedCertificate);
      this.certificates.push(...chain);
    }
    const diplomas = this.diplomasOf(person, birthDate);
    this.diplomas.push(...diplomas);
    this.applyMood(person, this.random.shuffle(current), diplomas);
  }

  /** The paper in force, and the one before it if the person was with us then. */
  private chain(person: CastMember, rank: Rank, birthDate: CalendarDate, series: Series): PlannedCertificate[] {
    const joined = Math.floor(person.years * YEAR_DAYS);
    const lasts = series.years === null ? null : series.years * YEAR_DAYS;
    const body = this.random.pick(series.bodies);
    const chain: PlannedCertificate[] = [];
    let expiresIn = lasts === null ? null : this.daysToExpiry(lasts, person);
    let issuedAgo = lasts === null || expiresIn === null ? this.random.int(60, 1500) : lasts - expiresIn;
    for (;;) {
      // A paper older than the membership was recorded when its holder joined.
      const recordedAgo = Math.max(1, Math.min(issuedAgo - this.random.int(3, 40), joined - this.random.int(1, 9)));
      const scan = this.scan(person, rank, birthDate, series, body, issuedAgo, expiresIn);
      chain.push(this.certificate(person, series, scan, recordedAgo));
      if (lasts === null || expiresIn === null || chain.length === 2 || this.random.chance(0.5)) return chain;
      expiresIn = -issuedAgo + this.random.int(-20, 45);
      issuedAgo = lasts - expiresIn;
      if (-expiresIn > joined - 60) return chain;
    }
  }

  private daysToExpiry(lasts: number, person: CastMember): number {
    if (person.mood !== 'left' && this.boundaryDays.length > 0 && this.random.chance(0.2)) {
      return this.boundaryDays.shift() as number;
    }
    if (person.mood === 'left' || this.random.chance(0.09)) return -this.random.int(1, 220);
    if (this.random.chance(0.14)) return this.random.int(2, 89);
    return this.random.int(92, lasts - 45);
  }

  private scan(
    person: CastMember,
    rank: Rank,
    birthDate: CalendarDate,
    series: Series,
    body: IssuingBody,
    issuedAgo: number,
    expiresIn: number | null,
  ): PlannedScan {
    const issueDate = addDays(this.today, -issuedAgo);
    const year = issueDate.slice(0, 4);
    const paper: Paper = {
      kind: series.kind,
      number: series.number(this.random, year),
      body,
      holder: `${person.firstName} ${person.lastName}`,
      birthDate,
      nationality: person.nationality,
      subject: series.subject(rank),
      issueDate,
      expiryDate: expiresIn === null ? null : addDays(this.today, expiresIn),
      seed: this.seed++,
    };
    return this.scanOf(paper, `${series.slug}-${year}`);
  }

  private scanOf(paper: Paper, name: string): PlannedScan {
    const isPhoto = this.random.chance(0.31);
    const filename = isPhoto
      ? `IMG_${paper.issueDate.replaceAll('-', '')}_${this.random.digits(6)}.jpg`
      : `${name}.pdf`;
    return {
      paper,
      filename,
      format: isPhoto ? 'jpeg' : 'pdf',
      isOutOfFocus: false,
      sentAt: this.now,
      isMissing: false,
    };
  }

  private certificate(owner: CastMember, series: Series, scan: PlannedScan, recordedAgo: number): PlannedCertificate {
    const { paper } = scan;
    const hasFile = this.random.chance(0.93);
    const isByOffice = this.random.chance(0.14);
    const at = this.workingTime(recordedAgo);
    const certificate: PlannedCertificate = {
      owner,
      type: series.type,
      isByOffice,
      notes: this.notes(series, hasFile),
      revisions: [
        {
          at,
          fields: {
            number: paper.number,
            authority: paper.body.name,
            issued: paper.issueDate,
            expires: paper.expiryDate,
          },
          scan: hasFile ? { ...scan, sentAt: before(at, 1) } : null,
          decision: null,
        },
      ],
    };
    // The usual case; a person's mood changes some of those in force.
    this.review(certificate, this.random.chance(0.05) ? 'corrected' : 'verified');
    return certificate;
  }

  private notes(series: Series, hasFile: boolean): string | null {
    if (!hasFile) return 'Original seen at the office; scan to follow.';
    if (series.kind === 'course') return series.subject('Master');
    return this.random.chance(0.12) ? this.random.pick(NOTES) : null;
  }

  private diplomasOf(owner: CastMember, birthDate: CalendarDate): PlannedDiploma[] {
    const count = owner.role !== 'crew-member' ? 0 : this.random.pick([1, 1, 2, 2]);
    const suitable = this.random.shuffle(TITLES).filter(({ name }) => isSuitable(name, owner.rank));
    return suitable.slice(0, count).map(({ name, bodies }, index) => {
      const obtained = addDays(birthDate, Math.round((21 + 2 * index) * YEAR_DAYS + this.random.int(0, 300)));
      const body = this.random.pick(bodies);
      const paper: Paper = {
        kind: 'diploma',
        number: `${obtained.slice(0, 4)}-${this.random.digits(4)}`,
        body,
        holder: `${owner.firstName} ${owner.lastName}`,
        birthDate,
        nationality: owner.nationality,
        subject: name,
        issueDate: obtained,
        expiryDate: null,
        seed: this.seed++,
      };
      const at = this.workingTime(Math.max(1, owner.years * YEAR_DAYS - this.random.int(2, 40)));
      const hasFile = this.random.chance(0.85);
      const diploma: PlannedDiploma = {
        owner,
        title: name,
        isByOffice: this.random.chance(0.1),
        revisions: [
          {
            at,
            fields: {
              number: null,
              authority: null,
              issued: this.random.chance(0.93) ? obtained : null,
              expires: null,
            },
            scan: hasFile ? { ...this.scanOf(paper, 'diploma'), sentAt: at } : null,
            decision: null,
          },
        ],
      };
      this.review(diploma, 'verified');
      return diploma;
    });
  }

  private applyMood({ mood }: CastMember, current: PlannedCertificate[], diplomas: PlannedDiploma[]): void {
    const [first, second, third] = current;
    if (mood === 'in_review') {
      this.happenLately(first, this.random.pick(['pending', 'resubmitted']));
      this.happenLately(second, this.random.pick(['pending', 'pending', 'edited']));
      if (this.random.chance(0.5)) this.happenLately(third, 'pending');
      if (this.random.chance(0.5)) this.happenLately(diplomas[0], 'pending');
    } else if (mood === 'action_needed') {
      this.happenLately(first, 'rejected');
      if (this.random.chance(0.45)) this.happenLately(second, 'rejected');
      this.happenLately(third, this.random.pick(['pending', 'verified']));
      if (this.random.chance(0.35)) this.happenLately(diplomas[0], 'rejected');
    } else if (mood === 'file_missing') {
      this.happenLately(first, 'pending');
      for (const { revisions } of diplomas) {
        const [revision] = revisions;
        if (!revision.scan) continue;
        revision.scan.isMissing = true;
        revision.decision = null;
      }
    }
  }

  /** Retells a credential as recorded in the last weeks, with another outcome. */
  private happenLately(credential: PlannedCertificate | PlannedDiploma | undefined, outcome: Outcome): void {
    if (!credential) return;
    // The last revision says what is right; what went before is forgotten.
    const revision = credential.revisions.at(-1) ?? credential.revisions[0];
    credential.revisions = [revision];
    const ago = outcome === 'pending' ? this.random.between(0.1, 11) : this.random.between(14, 45);
    revision.at = this.workingTime(Math.min(ago, credential.owner.years * YEAR_DAYS - 1));
    if (revision.scan) revision.scan.sentAt = before(revision.at, 'type' in credential ? 1 : 0);
    if ('type' in credential) issueBefore(revision);
    this.review(credential, outcome);
  }

  /** Writes what reviewer and holder did after the first submission. */
  private review(credential: PlannedCertificate | PlannedDiploma, outcome: Outcome): void {
    const [first] = credential.revisions;
    const right: Revision = { ...first, fields: { ...first.fields }, decision: null };
    credential.revisions = [first];
    first.decision = null;
    // Without a scan there is nothing to compare and nothing to correct.
    const isCorrectable = first.scan !== null;
    switch (isCorrectable || outcome === 'rejected' || outcome === 'pending' ? outcome : 'verified') {
      case 'pending':
        return;
      case 'verified':
        first.decision = this.verified(first.at);
        return;
      case 'rejected':
        this.reject(credential, first);
        return;
      case 'corrected':
      case 'resubmitted': {
        const { flaw, at } = this.reject(credential, first);
        right.at = this.later(at, 3, 70);
        // A new file only where the file was the trouble.
        right.scan = flaw === 'focus' ? this.sharper(right.scan, right.at) : first.scan;
        if (outcome === 'corrected') right.decision = this.verified(right.at);
        credential.revisions.push(right);
        return;
      }
      case 'edited': {
        // Verified, and then the holder filled in what was missing: back to review.
        first.fields = { ...first.fields, authority: null };
        first.decision = this.verified(first.at);
        right.at = this.later(first.decision.at, 3, 96);
        credential.revisions.push(right);
      }
    }
  }

  private verified(submittedAt: Date): PlannedDecision {
    return { outcome: 'verified', reason: null, at: this.later(submittedAt, 2, 90) };
  }

  /** Puts a flaw into the revision and lets a reviewer find it. */
  private reject(credential: PlannedCertificate | PlannedDiploma, revision: Revision): { flaw: Flaw; at: Date } {
    const flaw = this.flawOf(credential, revision);
    const fields = { ...revision.fields };
    if (flaw === 'focus' && revision.scan) {
      const filename = `IMG_${this.random.digits(8)}.jpg`;
      revision.scan = { ...revision.scan, format: 'jpeg', isOutOfFocus: true, filename };
    }
    if (flaw === 'number' && fields.number) fields.number = mistyped(fields.number);
    if (flaw === 'expiry' && fields.expires) fields.expires = addDays(fields.expires, YEAR_DAYS);
    if (flaw === 'date' && fields.issued) fields.issued = addDays(fields.issued, -YEAR_DAYS);
    revision.fields = fields;
    const at = this.later(revision.at, 3, 80);
    revision.decision = { outcome: 'rejected', reason: REASONS[flaw], at };
    return { flaw, at };
  }

  private flawOf(credential: PlannedCertificate | PlannedDiploma, { scan, fields }: Revision): Flaw {
    if (!scan) return 'no_file';
    if ('title' in credential) return fields.issued ? 'date' : 'focus';
    return this.random.pick(fields.expires ? ['number', 'number', 'expiry', 'focus'] : ['number', 'focus']);
  }

  private sharper(scan: PlannedScan | null, at: Date): PlannedScan | null {
    return (
      scan && {
        ...scan,
        isOutOfFocus: false,
        filename: `IMG_${this.random.digits(8)}.jpg`,
        format: 'jpeg',
        sentAt: before(at, 1),
      }
    );
  }

  /** A moment of a working day, so many days ago; never in the last hour. */
  private workingTime(daysAgo: number): Date {
    const day = this.daysAgo(daysAgo);
    day.setUTCHours(this.random.int(6, 14), this.random.int(0, 59), this.random.int(0, 59), this.random.int(0, 999));
    const latest = this.now.getTime() - this.random.int(60, 400) * MINUTE_MS;
    return new Date(Math.min(day.getTime(), latest));
  }

  /** Some hours later; what would lie in the future comes sooner. */
  private later(than: Date, low: number, high: number): Date {
    const at = than.getTime() + this.random.between(low, high) * HOUR_MS;
    const latest = this.now.getTime() - 20 * MINUTE_MS;
    const sooner = than.getTime() + (latest - than.getTime()) * this.random.between(0.5, 0.95);
    return new Date(at < latest ? at : sooner);
  }

  private daysAgo(days: number): Date {
    return new Date(this.now.getTime() - days * DAY_MS);
  }
}

const NOTES = [
  'Renewal booked for the next leave.',
  'Copy certified by the office.',
  'Original handed over to the master on board.',
  'Held together with the certificate of competency.',
];

function course(subject: string, prefix: string, slug: string): Series {
  return {
    type: 'other',
    kind: 'course',
    bodies: TRAINING_CENTRES,
    slug,
    years: null,
    subject: () => subject,
    number: (random, year) => `${prefix}-${year}-${random.digits(4)}`,
  };
}

function isSuitable(title: string, rank: Rank | null): boolean {
  if (rank === 'Ship’s Cook') return /Catering|Secondary/.test(title);
  if (rank === 'Able Seaman') return /Deck Rating|Secondary|Electro/.test(title);
  return !/Catering|Rating/.test(title);
}

/** The last two digits swapped, or the last one changed. */
function mistyped(number: string): string {
  const swapped = number.replace(/(\d)(\d)$/, '$2$1');
  return swapped === number ? number.replace(/\d$/, (digit) => String((Number(digit) + 3) % 10)) : swapped;
}

function before(at: Date, minutes: number): Date {
  return new Date(at.getTime() - minutes * MINUTE_MS);
}

/** A paper cannot have been recorded before it was issued. */
function issueBefore({ at, fields, scan }: Revision): void {
  const latest = addDays(at.toISOString().slice(0, 10), -2);
  if (fields.issued === null || fields.issued <= latest) return;
  fields.issued = latest;
  if (scan) scan.paper.issueDate = latest;
}
