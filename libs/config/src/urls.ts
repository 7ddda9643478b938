import { ValidateBy } from 'class-validator';

/** What means something in a URL, as it is written in a password (RFC 3986, 2.1). */
const ESCAPES = '@ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25';

/** A URL with one of these schemes that nothing has to be guessed about. */
export function IsConnectionUrl(...schemes: string[]): PropertyDecorator {
  const wanted = schemes.map((scheme) => `${scheme}://`).join(' or ');
  return ValidateBy({
    name: 'isConnectionUrl',
    validator: {
      validate: (value) => typeof value === 'string' && problemOf(value, schemes) === null,
      defaultMessage: (given) => {
        const isUnreadable = problemOf(String(given?.value), schemes) === 'unreadable';
        return isUnreadable
          ? `$property cannot be read as a URL: a character of the password that means something in one must be escaped (${ESCAPES})`
          : `$property must start with ${wanted}`;
      },
    },
  });
}

function problemOf(value: string, schemes: string[]): 'scheme' | 'unreadable' | null {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/is.exec(value) ?? [];
  if (!schemes.includes(scheme)) return 'scheme';
  // A password with one of these ends what is read as the host, and the name of the user becomes it.
  const authority = rest.split(/[/?#]/)[0] ?? '';
  const isCutOff = !authority.includes('@') && rest.includes('@');
  return isCutOff || rest.includes('#') || !isReadable(value) ? 'unreadable' : null;
}

function isReadable(value: string): boolean {
  try {
    const { username, password, hostname } = new URL(value);
    [username, password, hostname].forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}

/** Where the product is reached: the root of a host. Its pages, links and signatures know of no folder below it. */
export function IsOrigin(): PropertyDecorator {
  return ValidateBy({
    name: 'isOrigin',
    validator: {
      validate: (value) => typeof value === 'string' && isOrigin(value),
      defaultMessage: () =>
        '$property must be https:// or http:// with a host and nothing after it: Credence is served from the root of a host of its own, below no path',
    },
  });
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, pathname } = new URL(value);
  return /^https?:$/.test(protocol) && !username && !password && /^\/*$/.test(pathname) && !/[?#]/.test(value);
}
