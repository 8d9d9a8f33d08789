// The effective configuration as text, for `config show`.

import type { Configuration } from './configuration.ts';
import { maskSecret, SECRET_KEYS } from './secret.ts';

/** As indented JSON, secrets masked. */
export function formatEffectiveConfiguration(configuration: Configuration): string {
  const mask = (key: string, value: unknown): unknown => (SECRET_KEYS.includes(key) ? maskSecret(value) : value);
  return `${JSON.stringify(configuration, mask, 2)}\n`;
}
