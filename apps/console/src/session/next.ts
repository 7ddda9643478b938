/** Where somebody wanted to be (`?next=`), among the pages of ours; else the start. */
export function nextOf(params: URLSearchParams): string {
  const next = params.get('next');
  if (!next?.startsWith('/')) return '/';
  // Read as the browser reads it: to it `/\host` and `/<tab>/host` are other hosts.
  const base = 'https://console.invalid';
  const url = URL.canParse(next, base) ? new URL(next, base) : null;
  if (url?.origin !== base || /^\/(\/|sign-in)/.test(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}
