import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { EmailField, type FieldOptions, TextField } from '#libs/common';

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
