import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { EmailField, type FieldOptions, TextField } from '#libs/common';

/** The form in which e-mail addresses are kept and compared (RFC 6532, 3.1). */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase().normalize('NFC');
}

/** The e-mail address that names an account. */
export function AccountEmailField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizeEmail(value) : value)),
    EmailField({ maxLength: 250, example: 'kari.nordmann@example.org', ...options }),
  );
}

/** A person's first or last name. */
export function NameField(options: FieldOptions = {}): PropertyDecorator {
  return TextField({ minLength: 1, maxLength: 100, ...options });
}
