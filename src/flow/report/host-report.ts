// The hosts that look after jobs on a data directory: when each was heard of last, and whether it is missed.

import { hostname } from 'node:os';
import { usesHost } from '../../config/uses-host.ts';
import { listHosts, type HostLife } from '../../spool/host-beat.ts';
import { listRunningCores } from '../attempt/running-cores.ts';
import { SILENCE_SECONDS } from '../attempt/silent-hosts.ts';
import type { Station } from '../station.ts';

export interface HostReport extends HostLife {
  /** Cores that it runs. */
  readonly running: number;
  /** Whether it has been silent for long while cores run there, which only it can look after. */
  readonly isMissed: boolean;
}

export async function reportHosts(station: Station): Promise<HostReport[]> {
  const running = await listRunningCores(station);
  return (await listHosts(station.layout)).map((life) => {
    const cores = running.filter(({ core, attempt }) => {
      return core !== undefined && usesHost(core) && (attempt?.host ?? hostname()) === life.host;
    });
    const isMissed = cores.length > 0 && life.host !== hostname() && life.silentSeconds > SILENCE_SECONDS;
    return { ...life, silentSeconds: Math.round(life.silentSeconds), running: cores.length, isMissed };
  });
}
