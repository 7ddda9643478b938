import type { Role } from '#libs/auth';

/** What a person sails as; decides which papers they need. */
export type Rank = 'Master' | 'Chief Mate' | 'Second Mate' | 'Third Mate' | 'Able Seaman' | 'Ship’s Cook';

/** How far a person's papers are; what the roster shows first. */
export type Mood = 'approved' | 'in_review' | 'action_needed' | 'file_missing' | 'newcomer' | 'left';

export interface CastMember {
  firstName: string;
  lastName: string;
  nationality: string;
  role: Role;
  rank: Rank | null;
  mood: Mood;
  /** Years since they joined. */
  years: number;
}

export const ORGANIZATION = { name: 'Nordlys Crewing', timeZone: 'Europe/Oslo', language: 'en', years: 6.5 } as const;
const EMAIL_DOMAIN = 'nordlys.example';

/** Names are spelled with letters that the built-in fonts of PDF have (Windows-1252). */
export const STAFF: CastMember[] = [
  staff('Ingrid', 'Solberg', 'admin', 6.5),
  staff('Henrik', 'Dahl', 'office-admin', 6.4),
  staff('Marta', 'Lindqvist', 'office-employee', 5.8),
  // Sails now and then: her own papers are in the queue, and she cannot decide on them.
  { ...staff('Sunniva', 'Aasen', 'office-employee', 4.2), rank: 'Third Mate', mood: 'in_review' },
];

export const CREW: CastMember[] = [
  crew('Kari', 'Nordmann', 'Norwegian', 'Master', 'approved', 6.2),
  crew('Ola', 'Bergström', 'Swedish', 'Chief Mate', 'approved', 6.1),
  crew('Jose', 'Villanueva', 'Filipino', 'Second Mate', 'in_review', 5.9),
  crew('Rodel', 'Santos', 'Filipino', 'Able Seaman', 'action_needed', 5.8),
  crew('Andrzej', 'Kowalski', 'Polish', 'Master', 'approved', 5.6),
  crew('Piotr', 'Zielinski', 'Polish', 'Chief Mate', 'in_review', 5.5),
  crew('Oleksandr', 'Shevchuk', 'Ukrainian', 'Second Mate', 'approved', 5.4),
  crew('Dmytro', 'Bondarenko', 'Ukrainian', 'Able Seaman', 'approved', 5.1),
  crew('Rajesh', 'Nair', 'Indian', 'Chief Mate', 'action_needed', 5.0),
  crew('Anil', 'Fernandes', 'Indian', 'Third Mate', 'approved', 4.8),
  crew('Marek', 'Nowak', 'Polish', 'Ship’s Cook', 'approved', 4.7),
  crew('Solveig', 'Haugen', 'Norwegian', 'Second Mate', 'approved', 4.6),
  crew('Lars', 'Østby', 'Norwegian', 'Able Seaman', 'in_review', 4.5),
  crew('Grace', 'Dela Cruz', 'Filipino', 'Ship’s Cook', 'approved', 4.3),
  crew('Emmanuel', 'Reyes', 'Filipino', 'Able Seaman', 'approved', 4.1),
  crew('Ivo', 'Horvat', 'Croatian', 'Master', 'action_needed', 4.0),
  crew('Luka', 'Babic', 'Croatian', 'Third Mate', 'approved', 3.9),
  crew('Nikolaos', 'Papadakis', 'Greek', 'Chief Mate', 'approved', 3.7),
  crew('Eleni', 'Vlachou', 'Greek', 'Second Mate', 'in_review', 3.6),
  crew('Tiago', 'Gonçalves', 'Portuguese', 'Able Seaman', 'approved', 3.5),
  crew('Joana', 'Magalhães', 'Portuguese', 'Third Mate', 'file_missing', 3.3),
  crew('Kofi', 'Mensah', 'Ghanaian', 'Able Seaman', 'approved', 3.2),
  crew('Ama', 'Boateng', 'Ghanaian', 'Third Mate', 'action_needed', 3.0),
  crew('Jüri', 'Tamm', 'Estonian', 'Second Mate', 'approved', 2.9),
  crew('Liis', 'Kask', 'Estonian', 'Able Seaman', 'in_review', 2.8),
  crew('Budi', 'Santoso', 'Indonesian', 'Able Seaman', 'approved', 2.6),
  crew('Putri', 'Wijaya', 'Indonesian', 'Third Mate', 'approved', 2.5),
  crew('Vikram', 'Menon', 'Indian', 'Second Mate', 'action_needed', 2.4),
  crew('Mehmet', 'Yilmaz', 'Turkish', 'Chief Mate', 'approved', 2.2),
  crew('Elif', 'Öztürk', 'Turkish', 'Third Mate', 'in_review', 2.1),
  crew('Carlos', 'Ibáñez', 'Chilean', 'Able Seaman', 'approved', 1.9),
  crew('Valentina', 'Muñoz', 'Chilean', 'Second Mate', 'file_missing', 1.8),
  crew('Maria', 'Bautista', 'Filipino', 'Ship’s Cook', 'action_needed', 1.6),
  crew('Jonas', 'Petersen', 'Danish', 'Master', 'approved', 1.5),
  crew('Freja', 'Sørensen', 'Danish', 'Third Mate', 'approved', 1.3),
  crew('Aleksi', 'Mäkinen', 'Finnish', 'Chief Mate', 'in_review', 1.1),
  crew('Hanna', 'Virtanen', 'Finnish', 'Able Seaman', 'approved', 0.9),
  crew('Thuy', 'Nguyen', 'Vietnamese', 'Third Mate', 'action_needed', 0.7),
  crew('Arjun', 'Pillai', 'Indian', 'Able Seaman', 'in_review', 0.4),
  crew('Camille', 'Lefèvre', 'French', 'Third Mate', 'newcomer', 0.02),
  crew('Szymon', 'Wrobel', 'Polish', 'Second Mate', 'left', 5.2),
  crew('Ricardo', 'Aquino', 'Filipino', 'Able Seaman', 'left', 3.8),
];

/** `Grace Dela Cruz`: grace.delacruz@nordlys.example */
export function emailOf({ firstName, lastName }: CastMember): string {
  const plain = (name: string) =>
    name
      .toLowerCase()
      .replaceAll('ø', 'o')
      .normalize('NFD')
      .replace(/[^a-z]/g, '');
  return `${plain(firstName)}.${plain(lastName)}@${EMAIL_DOMAIN}`;
}

function staff(firstName: string, lastName: string, role: Role, years: number): CastMember {
  return { firstName, lastName, nationality: 'Norwegian', role, rank: null, mood: 'approved', years };
}

function crew(
  firstName: string,
  lastName: string,
  nationality: string,
  rank: Rank,
  mood: Mood,
  years: number,
): CastMember {
  return { firstName, lastName, nationality, role: 'crew-member', rank, mood, years };
}
