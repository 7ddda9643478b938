/** Whether a reader takes two names for the same: case, width and blanks do not count. */
export function isSameName(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function folded(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase();
}
