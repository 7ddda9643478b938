import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '#libs/auth';
import { VERSION } from '#libs/config';

/** Says nothing that `openapi.json`, which clients need before they sign in, does not say too. */
@ApiTags('Health')
@Controller('version')
export class VersionController {
  @Get()
  @Public()
  @ApiOperation({ summary: 'Which version runs?' })
  @ApiResponse({ status: 200, schema: { example: { name: 'Credence', version: '0.1.0' } } })
  get(): { name: string; version: string } {
    return { name: 'Credence', version: VERSION };
  }
}
