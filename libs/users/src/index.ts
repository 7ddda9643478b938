export * from './membership.entity';
export * from './organization.entity';
export * from './people.service';
export * from './user.entity';
export * from './users.errors';
export * from './users.module';
