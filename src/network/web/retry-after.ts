// When a server that is busy wants to be asked again (RFC 9110 section 10.2.3).

/** In seconds from now on, at least 0; undefined where it does not say, or nothing that can be understood. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  const time = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : NaN; // a date begins with the day of the week
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now.getTime()) / 1000));
}
