import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { answer, api, type Schemas } from '../api/client';
import { useDates } from '../i18n/format';
import { defineMessages } from '../i18n/catalogue';
import { useText } from '../i18n/intl';
import type { Option } from './fields';
import { useStates } from './states';

export type CertificateKind = Schemas['KindResponse'];
export type CertificateLine = Schemas['CertificateLineResponse'];

/** All of an organisation, as the API bounds a page. */
const ALL = 1000;

const messages = defineMessages({
  en: {
    notKnown: 'unknown kind',
    until: 'until {date}',
    since: 'from {date}',
    oil_tanker: 'oil tankers',
    chemical_tanker: 'chemical tankers',
    gas_tanker: 'gas tankers',
    passenger: 'passenger ships',
    ro_ro_passenger: 'ro-ro passenger ships',
    cargo: 'cargo ships',
    yacht: 'yachts',
    site: 'sites',
    near_coastal: 'near-coastal',
    unlimited: 'unlimited area',
    A1: 'sea area A1',
    minGt: 'from {value, number} GT',
    maxGt: 'up to {value, number} GT',
    minKw: 'from {value, number} kW',
    maxKw: 'up to {value, number} kW',
    notEcdis: 'not with ECDIS',
    flag: 'under the flag of {value}',
    vesselImo: 'on the ship with IMO number {value}',
  },
  fr: {
    notKnown: 'catégorie inconnue',
    until: 'jusqu’au {date}',
    since: 'du {date}',
    oil_tanker: 'pétroliers',
    chemical_tanker: 'chimiquiers',
    gas_tanker: 'gaziers',
    passenger: 'navires à passagers',
    ro_ro_passenger: 'rouliers à passagers',
    cargo: 'navires de charge',
    yacht: 'yachts',
    site: 'sites',
    near_coastal: 'à proximité du littoral',
    unlimited: 'zone illimitée',
    A1: 'zone océanique A1',
    minGt: 'à partir d’une jauge de {value, number}',
    maxGt: 'jusqu’à une jauge de {value, number}',
    minKw: 'à partir de {value, number} kW',
    maxKw: 'jusqu’à {value, number} kW',
    notEcdis: 'sans ECDIS',
    flag: 'sous pavillon {value}',
    vesselImo: 'à bord du navire de numéro OMI {value}',
  },
});

/** The kinds of papers of the organisation, also those that are no longer offered: a paper may have one. */
export function useCertificateKinds() {
  const { locale } = useIntl();
  const language = locale.startsWith('fr') ? 'fr' : 'en';
  const query = useQuery({
    queryKey: ['certificate-kinds', language],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/crew/certificate-kinds', {
          params: { query: { limit: ALL, include_inactive: true, language } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
  const kinds: readonly CertificateKind[] = query.data?.items ?? [];
  const labelOf = ({ name, code }: CertificateKind) => `${name[language] ?? name.en} (${code})`;
  return {
    /** Null until they are there. */
    kindOf: (id: string) => kinds.find((kind) => kind.id === id) ?? null,
    labelOf,
    /** Those offered for certificates, and the one that is there already. */
    optionsFor: (present: string): Option<string>[] =>
      kinds
        .filter(({ id, isActive, credential }) => id === present || (isActive && credential === 'certificate'))
        .map((kind) => ({ value: kind.id, label: labelOf(kind) })),
  };
}

/** What a certificate is and proves, in words. */
export function useKindWords() {
  const t = useText(messages);
  const dates = useDates();
  const { stateLabel } = useStates();
  const { kindOf, labelOf } = useCertificateKinds();
  const kindName = (id: string) => {
    const kind = kindOf(id);
    return kind ? labelOf(kind) : t('notKnown');
  };
  const limitWords = (limits: CertificateLine['limits']): string[] => {
    if (!limits) return [];
    const { shipTypes, area, notEcdis, flag, vesselImo, restriction, ...bounds } = limits;
    return [
      shipTypes?.map((type) => t(type)).join(', '),
      area && t(area),
      ...(['minGt', 'maxGt', 'minKw', 'maxKw'] as const).map((bound) => {
        const value = bounds[bound];
        return value === null || value === undefined ? null : t(bound, { value });
      }),
      notEcdis && t('notEcdis'),
      flag && t('flag', { value: stateLabel(flag) }),
      vesselImo && t('vesselImo', { value: vesselImo }),
      restriction,
    ].filter((words): words is string => Boolean(words));
  };
  return {
    kindName,
    lineWords: ({ kindId, capacity, limits, endsOn, issuedOn }: CertificateLine): string =>
      [
        kindName(kindId),
        capacity,
        ...limitWords(limits),
        issuedOn && t('since', { date: dates.date(issuedOn) }),
        endsOn && t('until', { date: dates.date(endsOn) }),
      ]
        .filter(Boolean)
        .join(', '),
  };
}
