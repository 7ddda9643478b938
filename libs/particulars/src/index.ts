import './personal-data';

export { personFactsSql } from './facts-sql';
export * from './particulars.entity';
export * from './particulars.module';
export * from './vessel.entity';
