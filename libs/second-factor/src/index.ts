export * from './second-factor.module';
export { SecondFactorResets } from './second-factor-resets.service';
