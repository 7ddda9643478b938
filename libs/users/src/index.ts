export * from './membership.entity';
export * from './organization.entity';
export * from './user.entity';
export * from './users.module';
