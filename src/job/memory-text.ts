// An amount of memory as people write it in the configuration: `20g`, `512m`.

/** The largest unit of 1024 that the bytes are a short number of; at most two decimals. */
export function memoryText(bytes: number): string {
  const units = ['', 'k', 'm', 'g', 't'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(2))}${units[unit]}`;
}
