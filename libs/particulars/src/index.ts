import './personal-data';

export { personFactsSql } from './facts-sql';
export * from './particulars.entity';
export { vesselUnknown } from './particulars.errors';
export * from './particulars.module';
export * from './vessel.entity';
