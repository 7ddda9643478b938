import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { EmailField, type FieldOptions, TextField } from '#libs/common';
import { MIN_PASSWORD_LENGTH } from './password-rules';

/** The form in which e-mail addresses are kept and compared. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The e-mail address that names an account. */
export function AccountEmailField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizeEmail(value) : value)),
    EmailField({ maxLength: 250, example: 'kari.nordmann@example.org', ...options }),
  );
}

/** A person's first or last name, without surrounding blanks. */
export function NameField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    TextField({ minLength: 1, maxLength: 100, ...options }),
  );
}

/** A password to be set. Checking one at sign-in accepts the contract's 6..100. */
export function NewPasswordField(options: FieldOptions = {}): PropertyDecorator {
  return TextField({
    minLength: MIN_PASSWORD_LENGTH,
    maxLength: 100,
    example: 'a long sentence is easy to keep',
    description: 'Better 15 characters or more; any characters. Common passwords, names and the like are refused',
    ...options,
  });
}
