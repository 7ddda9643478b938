import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { fieldProblem } from '#libs/common';
import { isTooCommon, type PasswordOwner } from './password-rules';
import { passwordTooCommon } from '../accounts.errors';

/** argon2id with the first setting of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const ARGON2ID_OPTIONS = {
  // `Algorithm.Argon2id`; a const enum cannot be imported file by file.
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/** Makes and checks password hashes. */
@Injectable()
export class Passwords implements OnModuleInit {
  /** Hash of a password that nobody knows. */
  private decoy: string;

  async onModuleInit(): Promise<void> {
    this.decoy = await this.hash(randomBytes(32).toString('base64'));
  }

  /** For a password that a machine made up. */
  hash(password: string): Promise<string> {
    return hash(password, ARGON2ID_OPTIONS);
  }

  /** For a password that a person chose, sent in the named field. @throws password_too_common */
  async hashChosen(password: string, owner: PasswordOwner, field: string): Promise<string> {
    if (isTooCommon(password, owner)) throw fieldProblem(passwordTooCommon, field);
    return this.hash(password);
  }

  /** Null, for an account that does not exist, takes as long as a wrong password, so that the time tells nothing. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const matches = await verify(passwordHash ?? this.decoy, password);
    return matches && passwordHash !== null;
  }
}
