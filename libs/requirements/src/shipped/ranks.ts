/** How offices write a rank, as `rankWord` reads it. The first is the one that a set is asked for by. */
export const MASTER = ['master', 'captain', 'capitaine', 'commandant'];
export const CHIEF_MATE = ['chief_mate', 'chief_officer', 'first_mate', 'first_officer', 'second_capitaine'];
export const OOW_DECK = [
  ...['oow_deck', 'officer_of_the_watch', 'navigational_watch_officer', 'second_mate', 'second_officer'],
  ...['third_mate', 'third_officer', 'lieutenant'],
];
export const CHIEF_ENGINEER = ['chief_engineer', 'chef_mecanicien'];
export const SECOND_ENGINEER = ['second_engineer', 'first_assistant_engineer', 'second_mecanicien'];
export const OOW_ENGINE = [
  ...['oow_engine', 'engineer_of_the_watch', 'third_engineer', 'fourth_engineer', 'officier_mecanicien'],
];
export const ETO = ['eto', 'electro_technical_officer', 'officier_electrotechnicien'];
export const AB = ['ab', 'able_seaman', 'able_seafarer', 'able_seafarer_deck', 'bosun', 'matelot', 'maitre_d_equipage'];
export const OS = ['os', 'ordinary_seaman', 'deck_rating'];
export const OILER = ['oiler', 'wiper', 'engine_rating'];
export const MOTORMAN = ['motorman', 'fitter', 'able_seafarer_engine', 'ouvrier_mecanicien'];
export const COOK = ['cook', 'chief_cook', 'ship_s_cook', 'cuisinier'];
export const PASSENGER_STAFF = ['passenger_staff', 'steward', 'stewardess', 'hotel_staff', 'personnel_hotelier'];

export const SEAFARERS = [
  ...[MASTER, CHIEF_MATE, OOW_DECK, CHIEF_ENGINEER, SECOND_ENGINEER, OOW_ENGINE, ETO].flat(),
  ...[AB, OS, OILER, MOTORMAN, COOK, PASSENGER_STAFF].flat(),
];

export const NURSE = ['registered_nurse', 'rn', 'nurse', 'travel_nurse', 'infirmier', 'infirmiere'];
