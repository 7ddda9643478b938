import { alpha2ToAlpha3, getAlpha3Codes } from 'i18n-iso-countries/index';

/**
 * Besides the states of ISO 3166-1, who issues machine-readable travel documents (ICAO Doc 9303 part 3, section 5): organisations, and
 * those of whose citizens the United Kingdom keeps apart. Not the codes for people without a nationality: nobody issues as those.
 */
const ICAO_ISSUERS = [
  ...['GBD', 'GBN', 'GBO', 'GBP', 'GBS'],
  ...['EUE', 'UNA', 'UNK', 'UNO', 'XBA', 'XCC', 'XCE', 'XCO', 'XDC', 'XEC', 'XES', 'XIM', 'XMP', 'XOM', 'XPO'],
];

/** Kosovo has no code of ISO 3166: XK and XKX are in common use, XKK in Unicode's data, RKS in the documents themselves. */
const KOSOVO = 'RKS';

/** Other spellings of one state; Germany's documents say D. */
const ALSO: Readonly<Record<string, string>> = { D: 'DEU', XK: KOSOVO, XKX: KOSOVO, XKK: KOSOVO, ROM: 'ROU' };

const CODES = new Set([...Object.keys(getAlpha3Codes()), ...ICAO_ISSUERS, KOSOVO].filter((code) => !(code in ALSO)));

/**
 * The three letters by which travel documents know a state or organisation (ICAO Doc 9303), from these or the two or three letters of
 * ISO 3166-1, in any case. Null for what nobody issues under.
 */
export function issuingStateOf(text: string): string | null {
  const code = text.toUpperCase();
  if (Object.hasOwn(ALSO, code)) return ALSO[code] ?? null;
  const three = code.length === 2 ? (alpha2ToAlpha3(code) ?? '') : code;
  return CODES.has(three) ? three : null;
}
