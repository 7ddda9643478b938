export * from './accounts.service';
export * from './membership.entity';
export * from './organization.entity';
export { type NewOrganization, Organizations } from './organizations.service';
export * from './people.service';
export * from './upload-quota';
export * from './user.entity';
export * from './users.errors';
export * from './users.module';
