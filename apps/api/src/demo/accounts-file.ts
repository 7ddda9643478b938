import { existsSync, readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role } from '#libs/auth';

/** Somebody who can sign in to the demo. */
export interface DemoAccount {
  email: string;
  password: string;
  role: Role;
  /** Name in contract D. */
  id: number;
  /** Name in contract C. */
  uuid: string;
}

interface Draft {
  /** Below this key lie the files of the attempt; nothing else does. */
  filesPrefix: string;
  accounts: DemoAccount[];
}

/** DATA_DIR/demo-accounts.json, readable by its owner only, and the draft that it is made from. */
export class AccountsFile {
  private readonly path: string;
  private readonly draftPath: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'demo-accounts.json');
    this.draftPath = `${this.path}.draft`;
  }

  read(): DemoAccount[] | null {
    return existsSync(this.path) ? (JSON.parse(readFileSync(this.path, 'utf8')) as DemoAccount[]) : null;
  }

  async readDraft(): Promise<Draft | null> {
    try {
      return JSON.parse(await readFile(this.draftPath, 'utf8')) as Draft;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async writeDraft(draft: Draft): Promise<void> {
    await replace(this.draftPath, draft);
  }

  /** The accounts become visible whole, and the draft goes. */
  async publish({ accounts }: Draft): Promise<void> {
    await replace(this.path, accounts);
    await this.removeDraft();
  }

  async removeDraft(): Promise<void> {
    await rm(this.draftPath, { force: true });
  }
}

/** Written beside, flushed, and renamed: after a crash there is the old file or the new one, never half of one. */
async function replace(path: string, content: unknown): Promise<void> {
  const temporary = `${path}.tmp`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
