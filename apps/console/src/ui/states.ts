import codes from 'i18n-iso-countries/codes.json';
import { useIntl } from 'react-intl';

/** Kosovo has no code of ISO 3166; its documents say RKS (ICAO Doc 9303), Unicode has its name under XK. */
const REGIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(codes.map(([two = '', three = '']) => [three, two])),
  RKS: 'XK',
};

/** The states that issue documents: three letters, and the name in the reader's language. */
export function useStates() {
  const { locale } = useIntl();
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
  const nameOf = (code: string) => names.of(REGIONS[code] ?? 'ZZ') ?? code;
  return {
    /** The letters alone for an organisation that issues documents. */
    stateLabel: (code: string) => (code in REGIONS ? `${nameOf(code)} (${code})` : code),
    options: () =>
      Object.keys(REGIONS)
        .filter((code) => code !== 'XKK')
        .map((code) => ({ value: code, label: `${nameOf(code)} (${code})` }))
        .sort((a, b) => a.label.localeCompare(b.label, locale)),
  };
}
