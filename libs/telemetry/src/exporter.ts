/** What takes figures or traces out of this process. */
export interface Exporter {
  /** @throws ConfigurationError when the settings cannot be carried out */
  start(): Promise<void>;
  stop(): Promise<void>;
}
