import type { IssuingBody } from './paper';

/** Issuing bodies of states and schools that do not exist. */
const MARITIME_DIRECTORATE: IssuingBody = {
  name: 'Havnor Maritime Directorate',
  over: 'Kingdom of Havnor',
  place: 'Fjordhaven',
  signatory: 'A. Lindqvist-Moe',
  office: 'Head of Seafarer Certification',
  palette: { dark: '#16325c', accent: '#b08d3e', paper: '#fbfaf6' },
};
const SEAWAYS_MINISTRY: IssuingBody = {
  name: 'Directorate of Seaways and Shipping',
  over: 'Republic of Estmark',
  place: 'Rannavik',
  signatory: 'T. Kask-Leppen',
  office: 'Registrar of Seafarers',
  palette: { dark: '#1f4d3a', accent: '#c2903a', paper: '#fafbf6' },
};
const SAN_TELMO_REGISTRY: IssuingBody = {
  name: 'National Ship Registry of San Telmo',
  over: 'Republic of San Telmo',
  place: 'Puerto Claro',
  signatory: 'M. Arrieta Solís',
  office: 'Deputy Registrar',
  palette: { dark: '#6b1f2e', accent: '#b8923f', paper: '#fdfaf5' },
};
const LUZARA_AUTHORITY: IssuingBody = {
  name: 'Luzara Maritime Industry Board',
  over: 'Commonwealth of Luzara',
  place: 'Port Esperanza',
  signatory: 'R. de la Peña',
  office: 'Executive Director',
  palette: { dark: '#123f63', accent: '#c4572e', paper: '#f9fbfc' },
};
const FJORDHAVEN_ACADEMY: IssuingBody = {
  name: 'Fjordhaven Maritime Academy',
  over: 'Approved training centre 017',
  place: 'Fjordhaven',
  signatory: 'Capt. O. Brekke',
  office: 'Course Director',
  palette: { dark: '#0f4c5c', accent: '#e0a030', paper: '#f8fbfb' },
};
const AURELIA_CENTRE: IssuingBody = {
  name: 'Port Aurelia Safety Centre',
  over: 'Approved training centre 204',
  place: 'Port Aurelia',
  signatory: 'J. Ferrante',
  office: 'Principal Instructor',
  palette: { dark: '#3b2f6b', accent: '#c98b2b', paper: '#fbfafd' },
};
const LUZARA_INSTITUTE: IssuingBody = {
  name: 'Luzara Institute of Seamanship',
  over: 'Approved training centre 118',
  place: 'Port Esperanza',
  signatory: 'E. Villarosa',
  office: 'Dean of Training',
  palette: { dark: '#7a3b12', accent: '#2f7f86', paper: '#fdfaf6' },
};
const FJORDHAVEN_CLINIC: IssuingBody = {
  name: 'Fjordhaven Seafarers’ Clinic',
  over: 'Kingdom of Havnor',
  place: 'Fjordhaven',
  signatory: 'Dr. I. Halvorsen',
  office: 'Approved medical practitioner 0412',
  palette: { dark: '#333333', accent: '#b3242c', paper: '#eef3f7' },
};
const ESPERANZA_CLINIC: IssuingBody = {
  name: 'Esperanza Bay Medical Centre',
  over: 'Commonwealth of Luzara',
  place: 'Port Esperanza',
  signatory: 'Dr. C. Ocampo',
  office: 'Approved medical practitioner 1187',
  palette: { dark: '#333333', accent: '#b3242c', paper: '#f1f5ec' },
};
const UNIVERSITY_COLLEGE: IssuingBody = {
  name: 'Fjordhaven University College',
  over: 'Faculty of Maritime Studies',
  place: 'Fjordhaven',
  signatory: 'Prof. K. Aasgaard',
  office: 'Rector',
  palette: { dark: '#1d2f55', accent: '#a97f2d', paper: '#fdf9ee' },
};
const NAUTICAL_UNIVERSITY: IssuingBody = {
  name: 'Nautical University of Estmark',
  over: 'Founded in Rannavik in 1874',
  place: 'Rannavik',
  signatory: 'Prof. V. Tammsaar',
  office: 'Rector',
  palette: { dark: '#57212b', accent: '#a8842f', paper: '#fdf9ee' },
};
const AURELIA_COLLEGE: IssuingBody = {
  name: 'Port Aurelia Technical College',
  over: 'School of Marine Engineering',
  place: 'Port Aurelia',
  signatory: 'Dr. B. Castellani',
  office: 'Principal',
  palette: { dark: '#214536', accent: '#a5813a', paper: '#fdf9ee' },
};

export const ADMINISTRATIONS = [MARITIME_DIRECTORATE, SEAWAYS_MINISTRY, LUZARA_AUTHORITY];
export const FLAG_STATES = [SAN_TELMO_REGISTRY, MARITIME_DIRECTORATE, SEAWAYS_MINISTRY];
export const TRAINING_CENTRES = [FJORDHAVEN_ACADEMY, AURELIA_CENTRE, LUZARA_INSTITUTE];
export const CLINICS = [FJORDHAVEN_CLINIC, ESPERANZA_CLINIC];
export const SCHOOLS = [UNIVERSITY_COLLEGE, NAUTICAL_UNIVERSITY, AURELIA_COLLEGE];
