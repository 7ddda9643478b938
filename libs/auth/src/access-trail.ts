import type { EntityManager } from 'typeorm';
import type { Actor } from './actor';

/** Somebody unknown at the door, or the product itself. */
export interface UnknownActor {
  organizationId: number | null;
  /** What noticed or acted. */
  name: string;
  requestId?: string;
  address?: string | null;
}

/** What happened, without anything that was sent. */
export interface AccessEvent {
  action: string;
  targetType: string;
  targetId: string;
  details?: Record<string, unknown>;
}

/** Where the product writes down what it does to its keys. The audit lib, which builds on this one, provides it. */
export abstract class AccessTrail {
  abstract record(tx: EntityManager, actor: Actor | UnknownActor, ...events: AccessEvent[]): Promise<void>;
}

/** Where the door writes down whom it refused, up to a number. Provided by the audit lib too. */
export abstract class RefusalTrail {
  abstract record(actor: Actor | UnknownActor, event: AccessEvent): Promise<void>;
}
