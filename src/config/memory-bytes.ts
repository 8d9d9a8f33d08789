// Sizes of memory as containers' command lines have them.

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * Bytes from a number or from a text such as "512m", "20g", "1.5 GiB"; units count by 1024, in any case.
 * Undefined where it is none, or is less than the 6 MiB below which no container starts.
 */
export function parseMemoryBytes(value: string | number): number | undefined {
  const bytes = typeof value === 'number' ? value : parseText(value);
  if (bytes === undefined || !Number.isSafeInteger(bytes) || bytes < 6 * 2 ** 20) return undefined;
  return bytes;
}

function parseText(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*(?:([kmgt]?)(?:i?b)?)$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (digits === undefined || factor === undefined) return undefined;
  return Math.round(Number(digits) * factor);
}
