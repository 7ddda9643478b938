export const LOCALES = ['en', 'fr'] as const;
export type Locale = (typeof LOCALES)[number];

export type Messages<K extends string = string> = Record<Locale, Record<K, string>>;

/** The texts of one feature: the same keys in each language, or it does not compile. */
export function defineMessages<K extends string>(messages: {
  en: Record<K, string>;
  fr: Record<NoInfer<K>, string>;
}): Messages<K> {
  return messages;
}
