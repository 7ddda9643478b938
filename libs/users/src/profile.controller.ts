import { Body, Controller, Get, Headers, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, fieldForbidden, Responds, RespondsList } from '#libs/common';
import { Memberships } from './memberships.service';
import { OwnMembershipResponse } from './own-membership-response.dto';
import { UpdateProfileDto } from './profile.dto';
import { Profiles } from './profiles.service';
import { UserResponse } from './user-response.dto';

@ApiTags('Profile')
@Controller('api/v1/shared/users/me')
export class ProfileController {
  constructor(
    private readonly profiles: Profiles,
    private readonly memberships: Memberships,
  ) {}

  @Get()
  @Permit('profile:read')
  @Responds(UserResponse)
  @ApiOperation({ summary: 'Read your own profile', description: 'In the organisation you are signed in to.' })
  get(@CurrentActor() actor: Actor) {
    return this.profiles.get(actor);
  }

  @Patch()
  @Permit('profile:update')
  @Conditional()
  @Responds(UserResponse)
  @Fails(fieldForbidden)
  @ApiOperation({
    summary: 'Change your own name',
    description: 'Partial. E-mail, role and state are not yours to set.',
  })
  update(@CurrentActor() actor: Actor, @Body() dto: UpdateProfileDto, @Headers('if-match') ifMatch?: string) {
    return this.profiles.update(actor, dto, ifMatch);
  }

  @Get('memberships')
  @Permit('profile:read')
  @RespondsList(OwnMembershipResponse)
  @ApiOperation({
    summary: 'List your organisations',
    description: 'Those that you can sign in to, by name. POST /auth/v1/rs/login/switch takes you to another one.',
  })
  listOwnMemberships(@CurrentActor() actor: Actor) {
    return this.memberships.listOwn(actor);
  }
}
