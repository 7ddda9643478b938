/** Names that begin so are settings of this product or mistakes. */
const OURS = /^(DATABASE|S3|SMTP|OIDC|CLAMD|RATE_LIMIT|CREDENCE)_/i;
/** Which others have an effect on where things are kept and who can read them: what looks like one of these is meant as it. */
const ALONE = ['SECRET_KEY', 'PUBLIC_URL', 'MAIL_FROM'];
/** What Docker and Kubernetes make up for a service of the name `database` or `s3` (Kubernetes documentation, "Environment variables"). */
const OF_SERVICES = /_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\d+_(TCP|UDP)(_.+)?)$/;

/** One problem for each name in the environment that is none of ours and was meant to be. */
export function misspelled(source: Record<string, string | undefined>, known: readonly string[]): string[] {
  const guarded = known.filter((name) => OURS.test(name) || ALONE.includes(name));
  return Object.keys(source).flatMap((name) => {
    if (!source[name] || known.includes(name) || isOfService(name, source[name])) return [];
    const [nearest = '', distance = Infinity] = nearestOf(name, guarded);
    if (!OURS.test(name) && distance > mostWrong(nearest)) return [];
    return [`${name} is no setting; is ${nearest} meant?`];
  });
}

function isOfService(name: string, value: string): boolean {
  return OF_SERVICES.test(name) || (name.endsWith('_PORT') && /^(tcp|udp):\/\//.test(value));
}

/** Of short names others are one letter away: AMQP_URL is two from SMTP_URL. */
function mostWrong(name: string): number {
  return name.length < 10 ? 1 : 2;
}

function nearestOf(name: string, known: readonly string[]): [string?, number?] {
  const measured = known.map((each): [string, number] => [each, distance(name.toUpperCase(), each)]);
  return measured.sort(([, a], [, b]) => a - b)[0] ?? [];
}

/** Letters to add, drop, change or swap with their neighbour (Damerau and Levenshtein, each place once). */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= one.length; i += 1) {
    rows[i] = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      rows[i]?.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + change,
          isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(one.length, other.length);
}
