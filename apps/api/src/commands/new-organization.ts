import { parseArgs } from 'node:util';
import { IsEmail, IsIn, Length, MaxLength, ValidateBy, validateSync } from 'class-validator';
import { isTimeZone } from '#libs/common';
import { type Language, LANGUAGES } from '#libs/users';
import { StartRefused } from '../start-refused';

const USAGE =
  'Usage: npm run create-organization -- --name "Northern Crewing" --email admin@example.org\n' +
  '         [--first-name Kari] [--last-name Nordmann] [--time-zone Europe/Oslo] [--language en]\n' +
  'It prints a link, by which the admin comes in.';

/** What a person types to found an organisation. */
export class NewOrganizationInput {
  @Length(1, 200, { message: '--name must have 1 to 200 characters' })
  name: string;

  @IsEmail({}, { message: '--email must be an e-mail address' })
  @MaxLength(250, { message: '--email must have at most 250 characters' })
  email: string;

  @Length(1, 100, { message: '--first-name must have 1 to 100 characters' })
  firstName: string;

  @Length(1, 100, { message: '--last-name must have 1 to 100 characters' })
  lastName: string;

  @ValidateBy(
    { name: 'isTimeZone', validator: { validate: (value) => typeof value === 'string' && isTimeZone(value) } },
    { message: '--time-zone must be a name of the IANA time zone database, such as Europe/Oslo' },
  )
  timeZone: string;

  @IsIn(LANGUAGES, { message: `--language must be one of ${LANGUAGES.join(', ')}` })
  language: Language;
}

/** Reads the command line. @throws StartRefused with every problem at once */
export function readNewOrganization(args: string[]): NewOrganizationInput {
  const values = parse(args);
  const input = Object.assign(new NewOrganizationInput(), {
    name: (values.name ?? '').trim(),
    email: (values.email ?? '').trim(),
    firstName: (values['first-name'] ?? 'Registry').trim(),
    lastName: (values['last-name'] ?? 'Admin').trim(),
    timeZone: values['time-zone'] ?? 'UTC',
    language: values.language ?? 'en',
  });
  const problems = validateSync(input).flatMap((error) => Object.values(error.constraints ?? {}));
  if (problems.length > 0) throw refused(problems);
  return input;
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = { name: text, email: text, 'first-name': text, 'last-name': text, 'time-zone': text, language: text };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw refused([(error as Error).message]);
  }
}

function refused(problems: string[]): StartRefused {
  return new StartRefused([...problems.map((line) => `  - ${line}`), '', USAGE].join('\n'));
}
