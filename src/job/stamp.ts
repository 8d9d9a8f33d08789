// Instants as they stand in names: they sort by time.

/** `20261120T081530123Z`, UTC with milliseconds. */
export function formatStamp(instant: Date): string {
  return instant.toISOString().replace(/[-:.]/g, '');
}

/** The instant of a stamp, undefined where the text is none. */
export function parseStamp(stamp: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(stamp);
  if (parts === null) return undefined;
  const [, year, month, day, hours, minutes, seconds, milliseconds] = parts;
  const instant = new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`);
  const exists = !Number.isNaN(instant.getTime()) && formatStamp(instant) === stamp; // no 30th of February
  return exists ? instant : undefined;
}
