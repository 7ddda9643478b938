import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';

/** More than an honest client has use for: a page full of files, or a request that a shaky line has repeated. */
const SEATS_OF_PERSON = 24;
const SEATS_OF_ORGANIZATION = 64;
const SEATS = 256;

declare module 'node:http' {
  interface IncomingMessage {
    /** Where this request takes up a place. */
    door?: { leave(request: IncomingMessage): void };
  }
}

/** Whose wait it is. */
export interface Waiter {
  organizationId: number;
  userUuid: string;
}

/**
 * For requests that can do nothing but wait: here they take up none of the places of this process, and each person and organisation
 * has a few seats. Nothing waits anywhere else.
 */
@Injectable()
export class WaitingRoom {
  private taken = 0;
  private readonly takenBy = new Map<string, number>();

  /** Gives up the request's place for a seat. Answers how to stand up again; null when there is no seat, and then it must not wait. */
  enter(request: IncomingMessage, { organizationId, userUuid }: Waiter): (() => void) | null {
    const [organization, person] = [`${organizationId}`, `${organizationId}/${userUuid}`];
    const isFull =
      this.taken >= SEATS ||
      this.seatsOf(organization) >= SEATS_OF_ORGANIZATION ||
      this.seatsOf(person) >= SEATS_OF_PERSON;
    if (isFull) return null;
    request.door?.leave(request);
    this.change(organization, person, 1);
    return () => this.change(organization, person, -1);
  }

  private seatsOf(name: string): number {
    return this.takenBy.get(name) ?? 0;
  }

  private change(organization: string, person: string, by: 1 | -1): void {
    this.taken += by;
    for (const name of [organization, person]) {
      const seats = this.seatsOf(name) + by;
      if (seats > 0) this.takenBy.set(name, seats);
      else this.takenBy.delete(name);
    }
  }
}
