import { type QueryKey, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ApiProblem } from './problem';
import { useChange } from './queries';

interface Tagged<T> {
  data: T;
  etag: string | undefined;
}

interface Options<T> {
  queryKey: QueryKey;
  load: (signal: AbortSignal) => Promise<Tagged<T>>;
  /** Sends what was changed, and only that, for the version that was read. */
  save: (change: Partial<T>, key: string, etag: string | undefined) => Promise<unknown>;
  /** What the person may have in hand: of these it is told when somebody else changed them. */
  fields: readonly (keyof T & string)[];
  invalidates?: QueryKey[];
  onSaved?: () => void;
}

export interface Meanwhile {
  field: string;
  before: unknown;
  after: unknown;
}

/**
 * Editing one thing that others may edit too. What was typed lies over what was read; when the thing changed meanwhile, it is read
 * again, what differs is told, what was typed stays, and saving once more is a decision made with open eyes.
 */
export function useEditing<T extends object>({ queryKey, load, save, fields, invalidates = [], onSaved }: Options<T>) {
  const [typed, setTyped] = useState<Partial<T>>({});
  const [meanwhile, setMeanwhile] = useState<Meanwhile[]>([]);
  const [isGone, setGone] = useState(false);
  // Never an older answer from memory: its tag would only lead to a conflict. Nor one that changes under the person's hands.
  const query = useQuery<Tagged<T>, ApiProblem>({
    queryKey: [...queryKey, 'edit'],
    queryFn: ({ signal }) => load(signal),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  const base = query.data;
  const change = Object.fromEntries(
    Object.entries(typed).filter(([field, value]) => base && value !== base.data[field as keyof T]),
  ) as Partial<T>;
  const saving = useChange((sent: Partial<T>, key) => save(sent, key, base?.etag), {
    invalidates,
    onSuccess: () => {
      setTyped({});
      setMeanwhile([]);
      void query.refetch();
      onSaved?.();
    },
    onError: (problem) => {
      if (problem.status !== 412 || !base) return;
      void query.refetch().then(({ data }) => {
        if (!data) return setGone(true);
        const differing = fields
          .filter((field) => data.data[field] !== base.data[field])
          .map((field) => ({ field, before: base.data[field], after: data.data[field] }));
        setMeanwhile(differing);
      });
    },
  });
  return {
    query,
    isGone,
    meanwhile,
    isChanged: Object.keys(change).length > 0,
    isPending: saving.isPending,
    /** Without the conflict, which `meanwhile` tells. */
    problem: saving.problem?.status === 412 ? null : saving.problem,
    isConflict: saving.problem?.status === 412,
    value: <F extends keyof T>(field: F): T[F] | undefined => (field in typed ? typed[field] : base?.data[field]),
    set: <F extends keyof T>(field: F, value: T[F]) => setTyped((before) => ({ ...before, [field]: value })),
    submit: () => saving.run(change),
  };
}
