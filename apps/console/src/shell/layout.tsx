import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components/Menu';
import { NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { answer, api } from '../api/client';
import { useText } from '../i18n/intl';
import { signOut, switchOrganization } from '../session/session';
import { type Permission, useCan, useSession } from '../session/session-context';
import { SessionProvider } from '../session/session-provider';
import { IconButton } from '../ui/button';
import { Icon, type IconName } from '../ui/icon';
import { useLabels } from '../ui/labels';
import { messages as uiMessages } from '../ui/messages';
import { Page } from '../ui/page';
import { ShortcutProvider, useShortcutHelp } from '../ui/shortcuts';
import { ToastProvider, useToasts } from '../ui/toasts';
import { toProblem } from '../api/problem';
import styles from './layout.module.css';
import { useLeftDecisions } from './left-decisions';
import { messages } from './messages';

/** Around every screen of somebody who is signed in. */
export function Layout() {
  return (
    <ToastProvider>
      <ShortcutProvider>
        <SessionProvider>
          <Frame />
        </SessionProvider>
      </ShortcutProvider>
    </ToastProvider>
  );
}

function Frame() {
  const t = useText(messages);
  const { pathname } = useLocation();
  const [isOpen, setOpen] = useState(false);
  const [shownAt, setShownAt] = useState(pathname);
  useLeftDecisions();
  if (shownAt !== pathname) {
    setShownAt(pathname);
    setOpen(false);
  }
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t('skip')}
      </a>
      <header className={styles.header}>
        <div className={styles.burger}>
          <button
            type="button"
            className={styles.menuButton}
            aria-expanded={isOpen}
            aria-controls="navigation"
            aria-label={t('menu')}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'cross' : 'menu'} />
          </button>
        </div>
        <NavLink to="/" className={styles.brand} end>
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={24} height={24} />
          <span>Credence</span>
        </NavLink>
        <Navigation isOpen={isOpen} />
        <div className={styles.right}>
          <HelpButton />
          <PersonMenu />
        </div>
      </header>
      <OfflineBanner />
      <main id="content" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

const ENTRIES = [
  { to: '/overview', text: 'overview', needs: 'queue:read' },
  { to: '/review', text: 'review', needs: 'queue:read' },
  { to: '/people', text: 'people', needs: 'roster:read' },
  { to: '/certificates', text: 'certificates', needs: 'certificate:list' },
  { to: '/own', text: 'own', needs: 'profile:read' },
  { to: '/administration', text: 'administration', needs: 'user:list' },
] as const satisfies readonly { to: string; text: string; needs: Permission }[];

function Navigation({ isOpen }: { isOpen: boolean }) {
  const t = useText(messages);
  const { permissions } = useSession();
  return (
    <nav id="navigation" className={`${styles.navigation} ${isOpen ? styles.open : ''}`} aria-label={t('navigation')}>
      {ENTRIES.filter(({ needs }) => permissions.has(needs)).map(({ to, text }) => (
        <NavLink key={to} to={to} className={styles.entry}>
          {t(text)}
        </NavLink>
      ))}
    </nav>
  );
}

function HelpButton() {
  const t = useText(messages);
  return <IconButton label={t('shortcuts')} icon="keyboard" onPress={useShortcutHelp()} shortcut="?" />;
}

function PersonMenu() {
  const t = useText(messages);
  const { label } = useLabels();
  const session = useSession();
  const navigate = useNavigate();
  const toasts = useToasts();
  const canSwitch = useCan('session:switch') && session.sessionId !== null;
  const memberships = useQuery({
    queryKey: ['memberships'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/shared/users/me/memberships', { signal })),
    enabled: canSwitch,
    staleTime: 300_000,
  });
  const others = (memberships.data ?? []).filter(({ isCurrent }) => !isCurrent);
  const { firstName, lastName } = session.person;
  const change = (organizationId: number) =>
    switchOrganization(organizationId).then(
      // Everything that is shown belongs to the organisation: begin afresh.
      () => window.location.assign(import.meta.env.BASE_URL),
      (error: unknown) => toasts.problem(toProblem(error)),
    );
  const act = (key: string | number) => {
    const [kind, id] = String(key).split(':');
    if (kind === 'account') void navigate('/account');
    else if (kind === 'sign-out') void signOut();
    else void change(Number(id));
  };
  return (
    <MenuTrigger>
      <AriaButton className={styles.person} aria-label={`${firstName} ${lastName} ${session.organizationName}`}>
        <Icon name="person" />
        <span className={styles.who}>
          <span>{`${firstName} ${lastName}`}</span> <small>{session.organizationName}</small>
        </span>
        <Icon name="chevronDown" size={12} />
      </AriaButton>
      <Popover className={styles.popover} placement="bottom end">
        <div className={styles.facts}>
          <strong>{`${firstName} ${lastName}`}</strong>
          <span>{session.person.email}</span>
          <span>{`${label(session.role)} · ${session.organizationName}`}</span>
        </div>
        <Menu className={styles.menu} onAction={act} aria-label={t('menu')}>
          <Entry id="account" icon="person" text={t('account')} />
          {others.map(({ organizationId, organizationName }) => (
            <Entry
              key={organizationId}
              id={`switch:${organizationId}`}
              icon="refresh"
              text={t('switchTo', { name: organizationName })}
            />
          ))}
          <Separator className={styles.separator} />
          <Entry id="sign-out" icon="external" text={t('signOut')} />
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Entry({ id, icon, text }: { id: string; icon: IconName; text: string }) {
  return (
    <MenuItem id={id} className={styles.item} textValue={text}>
      <Icon name={icon} /> {text}
    </MenuItem>
  );
}

function subscribeToConnection(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

export function useIsOnline(): boolean {
  return useSyncExternalStore(subscribeToConnection, () => navigator.onLine);
}

function OfflineBanner() {
  const t = useText(uiMessages);
  const isOnline = useIsOnline();
  return (
    <div role="status" className={styles.banners}>
      {!isOnline && (
        <div className={styles.offline}>
          <Icon name="offline" /> {t('offline')}
        </div>
      )}
    </div>
  );
}

/** What is inside only for those who may; a deep link of somebody else says so. */
export function Needs({ permission, children }: { permission: Permission; children: ReactNode }) {
  const t = useText(messages);
  const { organizationName } = useSession();
  if (useCan(permission)) return children;
  return (
    <Page title={t('forbidden')}>
      <p>{t('forbiddenHelp', { organization: organizationName })}</p>
    </Page>
  );
}

/** `/`: where somebody's work is. */
export function Start() {
  const canReview = useCan('queue:read');
  const navigate = useNavigate();
  useEffect(() => void navigate(canReview ? '/overview' : '/own', { replace: true }), [canReview, navigate]);
  return null;
}
