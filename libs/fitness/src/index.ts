export * from './engine/answer';
export * from './engine/facts';
export { type FitnessFacts, fitnessOf } from './engine/fitness';
export * from './fitness.module';
