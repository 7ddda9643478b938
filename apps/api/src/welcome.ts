export interface Whereabouts {
  /** Where this process listens. */
  address: string;
  /** What the outside calls it. */
  publicUrl: string;
  /** Null with services of one's own. */
  dataDir: string | null;
}

/** The few lines that a person who has just started the product needs. */
export function welcome({ address, publicUrl, dataDir }: Whereabouts): string {
  const lines = [
    ['API', publicUrl],
    ['Swagger UI', `${publicUrl}/docs`],
    ['OpenAPI', `${publicUrl}/openapi.json`],
    ['Health', `${address}/health/ready`],
    ...(dataDir === null ? [['Listening on', address]] : [['Data', dataDir]]),
  ];
  const block = lines.map(([name = '', value = '']) => `  ${name.padEnd(14)}${value}`).join('\n');
  return `\nCredence is running. Stop it with Ctrl-C.\n\n${block}\n\n`;
}
