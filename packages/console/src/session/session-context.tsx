import type { CallerInformation, PartnerCenterClient } from '@vetted/client';
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Session, SessionState } from './session.js';
import type { Settings } from './settings.js';

interface SessionParts {
  readonly session: Session;
  readonly settings: Settings;
  readonly client: PartnerCenterClient;
}

const SessionContext = createContext<SessionParts | undefined>(undefined);
const CallerContext = createContext<CallerInformation | undefined>(undefined);

export function SessionProvider({ children, ...parts }: SessionParts & { readonly children: ReactNode }) {
  return <SessionContext.Provider value={parts}>{children}</SessionContext.Provider>;
}

export const CallerProvider = CallerContext.Provider;

function useParts(): SessionParts {
  const parts = useContext(SessionContext);
  if (parts === undefined) throw new Error('There is no SessionProvider around this component.');
  return parts;
}

/** The service, as the person who is signed in. */
export function useClient(): PartnerCenterClient {
  return useParts().client;
}

export function useSettings(): Settings {
  return useParts().settings;
}

/** The session, to sign in and out with, and where it stands. */
export function useSession(): { readonly session: Session; readonly state: SessionState } {
  const { session } = useParts();
  const state = useSyncExternalStore(session.subscribe, () => session.state);
  return { session, state };
}

/** Whom the service takes the person for. Below the shell only, which has asked. */
export function useCaller(): CallerInformation {
  const caller = useContext(CallerContext);
  if (caller === undefined) throw new Error('There is no CallerProvider around this component.');
  return caller;
}

/** The person as the service's records name people: by tenant id and object id, joined by a slash. */
export function useActorId(): string {
  const { tenantId, subject } = useCaller();
  return `${tenantId}/${subject}`;
}

/** The roles that pages depend on. */
export function useRoles(): { readonly isPartner: boolean; readonly isReviewer: boolean } {
  const { partner, roles } = useCaller();
  return { isPartner: partner !== undefined, isReviewer: roles.includes('Vetting.Review') };
}
