export { Foundings } from './foundings.service';
export * from './invitations.module';
