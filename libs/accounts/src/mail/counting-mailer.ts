import type { Counter } from '@opentelemetry/api';
import type { Telemetry } from '#libs/telemetry';
import { type Mail, Mailer } from './mailer';

/** Counts what becomes of mails. */
export class CountingMailer extends Mailer {
  private readonly mails: Counter;

  constructor(
    private readonly mailer: Mailer,
    { meter }: Telemetry,
  ) {
    super();
    this.mails = meter.createCounter('credence_mails_total', {
      description: 'Attempts to hand over a mail, by outcome',
    });
    // A figure that begins with 1 is no rise to Prometheus.
    for (const outcome of ['sent', 'failed']) this.mails.add(0, { outcome });
  }

  async send(mail: Mail): Promise<void> {
    let outcome = 'failed';
    try {
      await this.mailer.send(mail);
      outcome = 'sent';
    } finally {
      this.mails.add(1, { outcome });
    }
  }
}
