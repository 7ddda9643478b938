import { Body, Controller, Get, Headers, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, fieldForbidden, Responds } from '#libs/common';
import { OrganizationResponse } from './organization-response.dto';
import { UpdateOrganizationDto } from './organization.dto';
import { Organizations } from './organizations.service';

@ApiTags('Organisation')
@Controller('api/v1/shared/organization')
export class OrganizationController {
  constructor(private readonly organizations: Organizations) {}

  @Get()
  @Permit('organization:read')
  @Responds(OrganizationResponse)
  @ApiOperation({ summary: 'Read the settings of your organisation', description: 'Staff only.' })
  get(@CurrentActor() actor: Actor) {
    return this.organizations.get(actor);
  }

  @Patch()
  @Permit('organization:update')
  @Conditional()
  @Responds(OrganizationResponse)
  @Fails(fieldForbidden)
  @ApiOperation({
    summary: 'Change the settings of your organisation',
    description: 'Partial; admins only. The time zone and the window decide the status of every certificate.',
  })
  update(@CurrentActor() actor: Actor, @Body() dto: UpdateOrganizationDto, @Headers('if-match') ifMatch?: string) {
    return this.organizations.update(actor, dto, ifMatch);
  }
}
