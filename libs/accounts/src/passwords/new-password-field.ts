import { type FieldOptions, TextField } from '#libs/common';
import { MIN_PASSWORD_LENGTH } from './password-rules';

/** A password to be set. Checking one at sign-in accepts the contract's 6..100. */
export function NewPasswordField(options: FieldOptions = {}): PropertyDecorator {
  return TextField({
    minLength: MIN_PASSWORD_LENGTH,
    maxLength: 100,
    form: 'exact',
    example: 'a long sentence is easy to keep',
    description: 'Better 15 characters or more; any characters. Common passwords, names and the like are refused',
    ...options,
  });
}
