import { BooleanField, InstantField, IntegerField, TextField, UuidField } from '#libs/common';
import type { Device } from './signed-in-devices.service';

export class DeviceResponse {
  @UuidField({ example: '0193a5c2-2222-7b1a-9c3d-2e8f6a4b1c0d' })
  id: string;

  @IntegerField({ example: 7, description: 'The organisation that was signed in to' })
  organizationId: number;

  @InstantField()
  createdAt: Date;

  @InstantField({ description: 'When tokens were given out last: exact to the lifetime of an access token' })
  lastUsedAt: Date;

  @InstantField()
  expiresAt: Date;

  @TextField({ maxLength: 45, nullable: true, example: '192.0.2.7', description: 'IP address of the last use' })
  address: string | null;

  @TextField({
    maxLength: 200,
    nullable: true,
    example: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    description: 'What the client called itself, shortened',
  })
  userAgent: string | null;

  @BooleanField({ example: true, description: 'Whether it is the session that asks' })
  isCurrent: boolean;

  static from(device: Device): DeviceResponse {
    return {
      id: device.id,
      organizationId: device.organizationId,
      createdAt: device.createdAt,
      lastUsedAt: device.lastUsedAt,
      expiresAt: device.expiresAt,
      address: device.address,
      userAgent: device.userAgent,
      isCurrent: device.isCurrent,
    };
  }
}
