import { ApiProperty } from '@nestjs/swagger';
import { ROLES } from '#libs/auth';
import { BooleanField, EnumField, InstantField, ListField, ObjectField, TextField, UuidField } from '#libs/common';
import type { AuditEntry } from './audit-list.service';
import { ACTOR_KINDS } from './audit-record.entity';
import { CLIENT_ADDRESS, fileTargets } from './changes';

const USER_ID = '01938e7a-5c5e-7d4f-9a51-0c5f3f9f5b11';
const TARGET_ID = '01938e7b-1f10-7c7e-8d1a-3a1b8f0f7a22';

export class AuditActorResponse {
  @EnumField(ACTOR_KINDS, { example: 'person' })
  kind: string;

  @UuidField({ nullable: true, example: USER_ID, description: 'The person or API key; null for the product itself' })
  id: string | null;

  @TextField({
    maxLength: 201,
    nullable: true,
    example: 'Kari Nordmann',
    description: 'As it is now; of the product: what acted',
  })
  name: string | null;

  @EnumField(ROLES, { nullable: true, example: 'office-employee', description: 'In the organisation, as it is now' })
  role: string | null;

  static from(entry: AuditEntry): AuditActorResponse {
    const { by } = entry.details;
    const person = entry.actorLastName === null ? null : `${entry.actorFirstName} ${entry.actorLastName}`;
    return {
      kind: entry.actorKind,
      id: entry.actorUuid,
      name: person ?? (typeof by === 'string' ? by : null),
      role: entry.actorRole,
    };
  }
}

export class AuditChangeResponse {
  @TextField({ maxLength: 60, example: 'expiryDate' })
  field: string;

  @TextField({ maxLength: 2000, nullable: true, example: '2025-11-30' })
  before: string | null;

  @TextField({ maxLength: 2000, nullable: true, example: '2026-11-30' })
  after: string | null;

  @BooleanField({
    example: true,
    description: 'false: the values were never written down (a password) or have been erased',
  })
  isKept: boolean;
}

export class AuditRecordResponse {
  @UuidField({ example: '0193a1f2-0c44-7f6a-8a34-6d1f0e9b4c21' })
  id: string;

  @InstantField()
  at: string;

  @ObjectField(() => AuditActorResponse)
  actor: AuditActorResponse;

  @TextField({ maxLength: 60, example: 'certificate.update' })
  action: string;

  @TextField({ maxLength: 40, example: 'certificate' })
  targetType: string;

  @TextField({ maxLength: 60, example: TARGET_ID })
  targetId: string;

  @UuidField({ nullable: true, example: USER_ID, description: 'The person concerned' })
  userId: string | null;

  @ListField(() => AuditChangeResponse)
  changes: AuditChangeResponse[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'More about the action: numbers and codes',
    example: {},
  })
  details: Record<string, unknown>;

  @UuidField({ nullable: true, example: '01938e7c-0a11-7b3c-8f52-9d4e6c7b8a90' })
  sessionId: string | null;

  @TextField({ maxLength: 64, nullable: true, example: '6f1c2a9e-6a4b-4f0e-9b6e-5b1f6f3f2d10' })
  requestId: string | null;

  @TextField({
    maxLength: 45,
    nullable: true,
    example: '203.0.113.7',
    description: 'Where the request came from; null also once erased',
  })
  address: string | null;

  static from(entry: AuditEntry): AuditRecordResponse {
    const { by: _, ...details } = entry.details;
    const values = entry.personalValues ?? {};
    return {
      id: entry.id,
      at: entry.at.toISOString(),
      actor: AuditActorResponse.from(entry),
      action: entry.action,
      targetType: entry.targetType,
      targetId: entry.targetId,
      userId: entry.subjectUserUuid,
      changes: Object.entries(entry.changes).map(([field, stored]) => {
        const kept = stored ?? values[field];
        return { field, before: kept?.before ?? null, after: kept?.after ?? null, isKept: kept !== undefined };
      }),
      details,
      sessionId: entry.sessionId,
      requestId: entry.requestId,
      address: values[CLIENT_ADDRESS]?.after ?? null,
    };
  }
}

/** One reading of one's own paper. */
export class FileReadResponse {
  @UuidField({ example: '0193a1f2-0c44-7f6a-8a34-6d1f0e9b4c21' })
  id: string;

  @InstantField()
  at: string;

  @ObjectField(() => AuditActorResponse)
  reader: AuditActorResponse;

  @EnumField(fileTargets, { example: 'certificate', description: 'upload: the file itself' })
  targetType: string;

  @TextField({ maxLength: 60, example: TARGET_ID, description: 'The credential or upload' })
  targetId: string;

  @UuidField({ nullable: true, example: '01938e7b-6c22-7aa0-9d3e-41b7c5d6e8f1', description: 'The file that was read' })
  uploadId: string | null;

  static from(entry: AuditEntry): FileReadResponse {
    const { uploadId } = entry.details;
    return {
      id: entry.id,
      at: entry.at.toISOString(),
      reader: AuditActorResponse.from(entry),
      targetType: entry.targetType,
      targetId: entry.targetId,
      uploadId: entry.targetType === 'upload' ? entry.targetId : typeof uploadId === 'string' ? uploadId : null,
    };
  }
}
