import { useState } from 'react';
import { useDates } from '../i18n/format';
import { type DeskEntry } from './desk-entry';
import { isPossible, NOTHING_STATED, statedAtFirst, type Stated } from './check-fields';
import { pagesOf } from './viewer';

/** What keeps a paper from being verified, besides who asks; `day` also from being rejected. */
export type Missing = { need: 'day' } | { need: 'original' } | { need: 'pages'; count: number } | null;

export interface Evidence {
  /** Names what is in front: another submission is looked at anew, also where its file is the same. */
  submission: string;
  stated: Stated;
  setStated: (stated: Stated) => void;
  noteShown: (pages: readonly number[]) => void;
  /** Of the current file; null without one. */
  pagesShown: number | null;
  missing: Missing;
}

interface Gathered {
  submission: string;
  stated: Stated | null;
  pages: ReadonlySet<number>;
}

const NOTHING: Gathered = { submission: '', stated: null, pages: new Set() };

/** What the reviewer has seen of the submission in front of them, and says of it; begins anew with each. */
export function useEvidence(entry: DeskEntry | undefined): Evidence {
  const [gathered, setGathered] = useState(NOTHING);
  const today = useDates().today();
  const file = entry?.current?.file ?? null;
  const submission = entry ? `${entry.verificationId} ${entry.current?.number} ${file?.id}` : '';
  const now = gathered.submission === submission ? gathered : { ...NOTHING, submission };
  const stated = now.stated ?? (entry ? statedAtFirst(entry) : NOTHING_STATED);
  const change = (next: (was: Gathered) => Gathered) =>
    setGathered((was) => next(was.submission === submission ? was : { ...NOTHING, submission }));
  const left = file ? pagesOf(file).filter((page) => !now.pages.has(page)).length : 0;
  return {
    submission,
    stated,
    setStated: (next) => change((was) => ({ ...was, stated: next })),
    noteShown: (pages) =>
      change((was) =>
        pages.every((page) => was.pages.has(page)) ? was : { ...was, pages: new Set([...was.pages, ...pages]) },
      ),
    pagesShown: file && now.pages.size,
    missing: isPossible(stated, today) ? missingFor(entry, stated, left) : { need: 'day' },
  };
}

function missingFor(entry: DeskEntry | undefined, { method }: Stated, pagesLeft: number): Missing {
  if (!entry?.current) return null;
  if (entry.current.file === null) {
    return entry.requiresFileOrOriginal && method !== 'original_seen' ? { need: 'original' } : null;
  }
  return entry.requiresShownFile && pagesLeft > 0 ? { need: 'pages', count: pagesLeft } : null;
}
