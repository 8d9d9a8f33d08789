// The stream of a job as it is configured now: whose jobs come first, and when its cores may start.

import type { Priority, Stream } from '../config/configuration.ts';
import type { Job } from '../job/job.ts';
import { isOpen, nextOpening } from '../job/time-window.ts';
import { windowOf } from './route/window-state.ts';
import type { Station } from './station.ts';

/** undefined where it is not configured any more */
export function streamOf({ configuration }: Station, { stream }: Pick<Job, 'stream'>): Stream | undefined {
  return configuration.streams.find(({ name }) => name === stream);
}

/** Most urgent first. */
export const PRIORITIES: readonly Priority[] = ['urgent', 'normal', 'offpeak'];

/** 0 for the most urgent; of a stream that is not configured any more, that of normal ones. */
export function rankOf(stream: Stream | undefined): number {
  return PRIORITIES.indexOf(stream?.priority ?? 'normal');
}

/** What a core of the stream waits for, undefined where it may start now as far as times of the week are concerned. */
export function waitForWindow({ configuration, now }: Station, stream: Stream | undefined): string | undefined {
  if (stream?.when === undefined) return undefined;
  const windows = stream.when.map(windowOf);
  const { timezone } = configuration.receiver;
  if (isOpen(windows, timezone, now())) return undefined;
  const opening = nextOpening(windows, timezone, now());
  const opens = opening === undefined ? 'which never opens' : `opens ${opening.toISOString().replace(/:\d\d\.\d+Z$/, 'Z')}`;
  return `for its window, ${stream.when.join(', ')}; ${opens}`;
}
