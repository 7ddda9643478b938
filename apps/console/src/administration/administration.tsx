import { NavLink, Outlet } from 'react-router';
import { useText } from '../i18n/intl';
import { messages } from './messages';
import styles from './administration.module.css';

export function Component() {
  const t = useText(messages);
  return (
    <div>
      <nav className={styles.tabs} aria-label={t('administration')}>
        <NavLink to="/administration/users" className={styles.tab}>
          {t('users')}
        </NavLink>
      </nav>
      <Outlet />
    </div>
  );
}
