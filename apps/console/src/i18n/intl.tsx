import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { IntlProvider, useIntl } from 'react-intl';
import { type Locale, LOCALES, type Messages } from './catalogue';

const LANGUAGE_KEY = 'credence.language';

interface Language {
  locale: Locale;
  /** Kept in this browser. */
  choose: (locale: Locale) => void;
  /** The organisation's, for somebody who has not chosen and whose browser speaks neither. */
  suggest: (locale: Locale) => void;
}

const LanguageContext = createContext<Language | null>(null);

function chosen(): Locale | null {
  const stored = localStorage.getItem(LANGUAGE_KEY);
  return LOCALES.find((locale) => locale === stored) ?? null;
}

function ofBrowser(): Locale | null {
  const spoken = navigator.languages.map((language) => language.slice(0, 2));
  return LOCALES.find((locale) => locale === spoken.find((name) => LOCALES.some((known) => known === name))) ?? null;
}

/** Dates as the region of the browser writes them, where it speaks the chosen language. */
function regionOf(locale: Locale): string {
  const spoken = navigator.languages.filter(isLanguageTag);
  return spoken.find((language) => language.startsWith(`${locale}-`)) ?? (locale === 'en' ? 'en-GB' : 'fr');
}

/** Chromium that finds no language on its machine says `en-US@posix`, at which everything of `Intl` throws. */
function isLanguageTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState<Locale>(() => chosen() ?? ofBrowser() ?? 'en');
  const language = useMemo<Language>(
    () => ({
      locale,
      choose: (next) => {
        localStorage.setItem(LANGUAGE_KEY, next);
        setLocale(next);
      },
      suggest: (next) => {
        if (!chosen() && !ofBrowser()) setLocale(next);
      },
    }),
    [locale],
  );
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const region = regionOf(locale);
  return (
    <LanguageContext value={language}>
      <IntlProvider locale={region} defaultLocale={region} onError={ignoreMissing}>
        <I18nProvider locale={region}>{children}</I18nProvider>
      </IntlProvider>
    </LanguageContext>
  );
}

/** Each feature brings its own texts as the default message, so there is no catalogue to miss them. */
function ignoreMissing(error: { code?: string }): void {
  if (error.code !== 'MISSING_TRANSLATION') throw error as Error;
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new Error('useLanguage outside of LanguageProvider');
  return language;
}

export type Translate<K extends string> = (key: K, values?: Record<string, string | number | Date>) => string;

/** The texts of a feature in the person's language: `const t = useText(messages); t('title', { count })`. */
export function useText<K extends string>(messages: Messages<K>): Translate<K> {
  const intl = useIntl();
  const { locale } = useLanguage();
  return useMemo(
    () => (key, values) => intl.formatMessage({ id: key, defaultMessage: messages[locale][key] }, values),
    [intl, locale, messages],
  );
}
