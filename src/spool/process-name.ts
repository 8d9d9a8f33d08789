// A process as a part of file names: host, boot, pid and start time, so that what it left can be told from what is in
// use, on this host and on others.

import { decodeFromPath, encodeForPath } from '../dicom/path-encoding.ts';
import type { ProcessIdentity } from '../host/process-identity.ts';

const NAME = /^(?<host>.+)\.(?<bootId>[0-9a-f-]{36})\.(?<pid>\d+)\.(?<startTicks>\d+)$/;

export function formatProcessName({ host, bootId, pid, startTicks }: ProcessIdentity): string {
  return `${encodeForPath(host)}.${bootId}.${pid}.${startTicks}`;
}

/** @returns undefined where the text is no such name */
export function parseProcessName(name: string): ProcessIdentity | undefined {
  const parts = NAME.exec(name)?.groups;
  if (parts === undefined) return undefined;
  const { host = '', bootId = '', pid = '', startTicks = '' } = parts;
  return { host: decodeFromPath(host), bootId, pid: Number(pid), startTicks };
}
