/** Where somebody wanted to be (`?next=`), among the pages of ours; else the start. */
export function nextOf(params: URLSearchParams): string {
  const next = params.get('next');
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/sign-in') ? next : '/';
}
