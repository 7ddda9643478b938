/** `cannot be told` is not a failure: the service does not say, and nothing speaks against it. */
export type Verdict = 'ok' | 'missing' | 'cannot be told';

/** What was found out about one thing that the product needs of its storage. */
export interface Finding {
  about: string;
  verdict: Verdict;
  /** In whole sentences: what was found and what it means. */
  meaning: string;
  /** How to set what is missing. */
  remedy?: string;
  /** Good to have; the product works without. */
  isOptional?: boolean;
  /** Sets it, where that can be done from here. */
  fix?: () => Promise<void>;
}

/** Looks at a storage through the same door as the product. */
export interface StorageCheck {
  /** Where it looks, for people. */
  readonly place: string;
  run(): Promise<Finding[]>;
  /** Why something failed, in plain words. */
  reasonOf(error: unknown): string;
  close(): void;
}
