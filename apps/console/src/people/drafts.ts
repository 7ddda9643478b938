import { useState } from 'react';
import { sessionState, subscribe } from '../session/session';
import { useSession } from '../session/session-context';

const PREFIX = 'credence.draft.';

/** Whose and where: a draft of one account is not another's. */
export function useScope(): string {
  const { userId, organizationId } = useSession();
  return `${organizationId}.${userId}`;
}

/** What is typed into a form, kept in this tab until it is sent or thrown away: over a reload, an error and a new sign-in. */
export function useDraft<T extends object>(
  name: string,
  initial: T,
): { draft: T; set: (change: Partial<T>) => void; discard: () => void } {
  const key = `${PREFIX}${useScope()}.${name}`;
  const [draft, setDraft] = useState<T>(() => read<T>(key) ?? initial);
  return {
    draft,
    set: (change) =>
      setDraft((before) => {
        const next = { ...before, ...change };
        sessionStorage.setItem(key, JSON.stringify(next));
        return next;
      }),
    discard: () => sessionStorage.removeItem(key),
  };
}

function read<T>(key: string): T | null {
  const text = sessionStorage.getItem(key);
  return text ? (JSON.parse(text) as T) : null;
}

subscribe(() => {
  if (sessionState() !== 'signed-out') return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
});
