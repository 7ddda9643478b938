export * from './accounts.service';
export * from './membership.entity';
export * from './organization.entity';
export { type NewOrganization, Organizations, uploadQuotaBytes } from './organizations.service';
export * from './people.service';
export * from './user.entity';
export * from './users.errors';
export * from './users.module';
