/** Line icons on a grid of 16. Always beside a word, or named by the button they are in. */
const PATHS = {
  check: 'm3 8.5 3.2 3.2L13 5',
  cross: 'm4 4 8 8m0-8-8 8',
  clock: 'M8 4.5V8l2.3 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  dash: 'M4 8h8',
  warning: 'M8 6.2v3M8 11.4v.1M8 2.3 14.2 13H1.8Z',
  blocked: 'M3.8 3.8l8.4 8.4M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  info: 'M8 7.3v3.9M8 4.8v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  chevronRight: 'm6 3.5 4.5 4.5L6 12.5',
  chevronLeft: 'M10 3.5 5.5 8 10 12.5',
  chevronDown: 'm3.5 6 4.5 4.5L12.5 6',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  search: 'M10.3 10.3 14 14M11.5 7A4.5 4.5 0 1 1 2.5 7a4.5 4.5 0 0 1 9 0Z',
  person: 'M2.8 13.5a5.2 5.2 0 0 1 10.4 0M10.7 5A2.7 2.7 0 1 1 5.3 5a2.7 2.7 0 0 1 5.4 0Z',
  sun: 'M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  moon: 'M13.5 9.7A5.8 5.8 0 0 1 6.3 2.5a5.8 5.8 0 1 0 7.2 7.2Z',
  screen: 'M2 3h12v8H2ZM6 13.5h4',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  upload: 'M8 11V3m0 0L5 6m3-3 3 3M2.5 13h11',
  download: 'M8 3v8m0 0 3-3m-3 3L5 8M2.5 13.5h11',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3',
  rotate: 'M3 8a5 5 0 1 0 1.5-3.6M3 2.5v3h3',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4',
  edit: 'm3 13 .600-2.8 7-7 2.2 2.2-7 7Z',
  copy: 'M5.5 5.5h7.5v8H5.5ZM10.5 5.5v-3H3v8h2.5',
  keyboard: 'M1.5 4h13v8h-13ZM4 6.7h.1M6.7 6.7h.1M9.3 6.7h.1M12 6.7h.1M4.7 9.5h6.6',
  offline: 'M2 2l12 12M8 12.5v.1M5.6 10a3.5 3.5 0 0 1 4.8 0M3.3 7.6A7 7 0 0 1 5.7 6M8 5.2a7 7 0 0 1 4.7 2.4',
  external: 'M6.5 3.5h-3v9h9v-3M9.5 3h3.5v3.5M13 3 7.5 8.5',
  undo: 'M3 6h6.5a3.5 3.5 0 0 1 0 7H6M3 6l3-3M3 6l3 3',
  file: 'M4 1.8h5l3.5 3.5v9H4ZM9 1.8v3.5h3.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
