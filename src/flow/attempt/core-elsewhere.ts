// A core that runs on another host of the station, which alone can tell how it gets on: what is done where that host is
// silent.

import type { Step } from '../job/step.ts';
import type { Station } from '../station.ts';
import { loseAttempt } from './lost-attempts.ts';
import { silenceText, silentSeconds, SILENCE_SECONDS } from './silent-hosts.ts';
import { recordEnd, retryOrFail, type Watched } from './watched.ts';

/** One that has been silent for long counts as dead, where the site wants it so. */
export async function waitForHost(station: Station, watched: Watched, host: string): Promise<Step> {
  const seconds = silentSeconds(station, host);
  const { hostSilentSeconds = Infinity } = station.configuration.limits;
  if (seconds > hostSilentSeconds && seconds < Infinity) {
    await loseAttempt(station, watched, host);
    await recordEnd(station, watched, 'vanished');
    return retryOrFail(watched, { reason: 'host-silent', host, seconds: Math.round(seconds) });
  }
  return { wait: `for host ${host}, where the core runs${silenceText(seconds)}` };
}

/** For a person, who knows that the host is dead. @returns why not now, undefined where it was given up */
export async function giveUpElsewhere(
  station: Station, watched: Watched, host: string,
): Promise<string | undefined> {
  if (silentSeconds(station, host) < SILENCE_SECONDS) return `its core runs on host ${host}; cancel it there`;
  await loseAttempt(station, watched, host);
  await recordEnd(station, watched, 'cancelled');
  return undefined;
}
