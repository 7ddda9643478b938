/** What was asked for cannot be done as things are; the message says why and what to do. */
export class TransferRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TransferRefused';
  }
}

/** What arrived is not what was sent, or is not all of it. */
export class TransferIncomplete extends TransferRefused {
  constructor(message: string) {
    super(message);
    this.name = 'TransferIncomplete';
  }
}
