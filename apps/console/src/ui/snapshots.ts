/** A list of things with fields of their own is one value. */
export type SnapshotValue = string | number | object | null;
export type Snapshot = Readonly<Record<string, SnapshotValue>>;

export interface SnapshotChange {
  field: string;
  from: SnapshotValue;
  to: SnapshotValue;
}

/** Shown by another field, or of no use to a reader. */
const LEFT_OUT = ['titleId', 'uploadId', 'obtainedAt'];

/** A field of what was sent in. The day of a diploma is the one that its time is written with, where an older snapshot says no other. */
export function sentValue(snapshot: Snapshot, field: string): SnapshotValue {
  const day = field === 'obtainedOn' && snapshot[field] === undefined ? snapshot['obtainedAt'] : undefined;
  if (typeof day === 'string') return day.slice(0, 10);
  return snapshot[field] ?? null;
}

/** What differs between two submissions. That older ones say no name is no difference. */
export function changesIn(before: Snapshot, after: Snapshot): SnapshotChange[] {
  const fields = Object.keys(after).filter((field) => !LEFT_OUT.includes(field));
  return fields
    .map((field) => ({ field, from: sentValue(before, field), to: sentValue(after, field) }))
    .filter(({ field, from, to }) => !isSame(from, to) && !(field === 'holderName' && before[field] === undefined));
}

function isSame(one: SnapshotValue, other: SnapshotValue): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
