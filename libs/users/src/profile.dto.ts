import { ForbiddenFields } from '#libs/common';
import { NameField } from './account-fields';

@ForbiddenFields('email', 'role', 'state')
export class UpdateProfileDto {
  @NameField({ optional: true, example: 'Kari' })
  firstName?: string;

  @NameField({ optional: true, example: 'Nordmann' })
  lastName?: string;
}
