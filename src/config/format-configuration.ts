// The effective configuration as text, for `config show`.

import type { Configuration } from './configuration.ts';
import { masked } from './secret.ts';

/** As indented JSON, secrets masked. */
export function formatEffectiveConfiguration(configuration: Configuration): string {
  return `${JSON.stringify(configuration, masked, 2)}\n`;
}
