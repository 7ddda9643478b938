/** Whose papers. `userId` is the name that contract D knows the person by. */
export interface Owner {
  uuid: string;
  userId: number;
  /** What they are called now. */
  name: string;
}
