/** Where a backup, a restore or a move is. */
export type Progress =
  | { phase: 'tables'; done: number; all: number; name: string }
  | { phase: 'indexes'; done: number; all: number }
  | { phase: 'files'; done: number; all: number | null; bytes: number }
  | { phase: 'comparing'; done: number; all: number; name: string };

/** Told often; whatever it throws ends the work. */
export type OnProgress = (progress: Progress) => void;
