import { createContext, useContext } from 'react';
import type { Schemas } from '../api/client';

export type Permission = Schemas['SessionResponse']['permissions'][number];

export interface Session extends Omit<Schemas['SessionResponse'], 'permissions'> {
  permissions: ReadonlySet<Permission>;
  person: Schemas['UserResponse'];
}

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in, where, and what they may do. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return session;
}

/** Whether the session may do this. The server decides in any case; this keeps what would be refused out of sight. */
export function useCan(permission: Permission): boolean {
  return useContext(SessionContext)?.permissions.has(permission) ?? false;
}

/** The organisation's; before the sign-in, the browser's. */
export function useTimeZone(): string | undefined {
  return useContext(SessionContext)?.timeZone;
}
