import { ConfigurationError } from '#libs/config';

/** The start cannot go on for a reason that the person at the keyboard can remove. Shown without a stack. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartRefused';
  }
}

/** What to print when a start or a command has failed: a sentence for a known reason, else everything there is. */
export function failureText(error: unknown): string {
  if (error instanceof StartRefused || error instanceof ConfigurationError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
