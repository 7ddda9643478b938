import { useState } from 'react';
import { useLanguage, useText } from '../i18n/intl';
import { Select } from '../ui/fields';
import { messages } from './messages';

const THEME_KEY = 'credence.theme';
type Theme = 'system' | 'light' | 'dark';

/** public/theme.js does the same before the first paint. */
function readTheme(): Theme {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem(THEME_KEY);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(THEME_KEY, theme);
    document.documentElement.dataset['theme'] = theme;
  }
}

export function ThemeSwitch() {
  const t = useText(messages);
  const [theme, setTheme] = useState(readTheme);
  return (
    <Select
      label={t('theme')}
      value={theme}
      onChange={(next) => {
        const chosen = next === '' ? 'system' : next;
        applyTheme(chosen);
        setTheme(chosen);
      }}
      options={[
        { value: 'system', label: t('themeSystem') },
        { value: 'light', label: t('themeLight') },
        { value: 'dark', label: t('themeDark') },
      ]}
    />
  );
}

/** Each language by its own name. */
export function LanguageSwitch() {
  const t = useText(messages);
  const { locale, choose } = useLanguage();
  return (
    <Select
      label={t('language')}
      value={locale}
      onChange={(next) => next && choose(next)}
      options={[
        { value: 'en', label: 'English' },
        { value: 'fr', label: 'Français' },
      ]}
    />
  );
}
