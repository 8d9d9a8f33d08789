// Time zones by their IANA names.
//
// The first question to Intl costs ten milliseconds, which a tick with nothing to do cannot spare; therefore the
// system's zone files are asked first.

import { readlinkSync, statSync } from 'node:fs';
import { hasCode } from '../spool/error-code.ts';

const ZONE_FOLDER = '/usr/share/zoneinfo/';
/**
 * A shape that keeps a name within the zone folder, and out of its lower-case files and folders, which are no zones.
 */
const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

/** Whether the runtime knows a time zone. */
export function isTimezone(name: string): boolean {
  if (ZONE_NAME.test(name) && statSync(ZONE_FOLDER + name, { throwIfNoEntry: false })?.isFile() === true) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The host's own zone: what TZ says, else what /etc/localtime leads to, else UTC. */
export function hostTimezone(): string {
  const { TZ } = process.env;
  if (TZ !== undefined && ZONE_NAME.test(TZ) && isTimezone(TZ)) return TZ;
  const target = readLocaltime();
  const zone = target.slice(target.lastIndexOf('zoneinfo/') + 'zoneinfo/'.length);
  return target.includes('zoneinfo/') && isTimezone(zone) ? zone : 'UTC';
}

function readLocaltime(): string {
  try {
    return readlinkSync('/etc/localtime');
  } catch (error) {
    // ENOENT: a system without a zone; EINVAL: a copy in place of a link.
    if (hasCode(error, 'ENOENT', 'EINVAL')) return '';
    throw error;
  }
}
