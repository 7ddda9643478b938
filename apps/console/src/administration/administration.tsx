import { NavLink, Outlet } from 'react-router';
import { useText } from '../i18n/intl';
import { type Permission, useSession } from '../session/session-context';
import styles from './administration.module.css';
import { messages } from './messages';

const TABS = [
  { to: 'users', text: 'users', needs: 'user:list' },
  { to: 'invitations', text: 'invitations', needs: 'invitation:manage' },
  { to: 'titles', text: 'titles', needs: 'title:update' },
  { to: 'organization', text: 'organization', needs: 'organization:read' },
  { to: 'sessions', text: 'sessions', needs: 'user-session:read' },
  { to: 'api-keys', text: 'apiKeys', needs: 'api-key:manage' },
  { to: 'audit', text: 'audit', needs: 'audit:read' },
  { to: 'system', text: 'systemTab', needs: 'system:read' },
] as const satisfies readonly { to: string; text: string; needs: Permission }[];

export function Component() {
  const t = useText(messages);
  const { permissions } = useSession();
  return (
    <div>
      <nav className={styles.tabs} aria-label={t('administration')}>
        {TABS.filter(({ needs }) => permissions.has(needs)).map(({ to, text }) => (
          <NavLink key={to} to={`/administration/${to}`} className={styles.tab}>
            {t(text)}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
