// Whether a destination is open now, and when that changes.

import { isOpen, nextClosing, nextOpening, parseTimeWindow, type TimeWindow } from '../../job/time-window.ts';
import type { WindowState } from '../../job/route.ts';
import type { Station } from '../station.ts';

const MINUTE_MILLISECONDS = 60_000;

/** What was found last, by windows and zone. It holds for its minute: a hundred thousand deliveries may ask. */
const found = new Map<string, { readonly minute: number; readonly state: WindowState }>();

/** undefined where there are no windows: it is always open */
export function windowState(
  { configuration, now }: Station, when: readonly string[] | undefined,
): WindowState | undefined {
  if (when === undefined) return undefined;
  const { timezone } = configuration.receiver;
  const minute = Math.floor(now().getTime() / MINUTE_MILLISECONDS);
  const key = `${timezone} ${when.join(' | ')}`;
  const before = found.get(key);
  if (before?.minute === minute) return before.state;
  const state = stateAt(when.map(windowOf), timezone, now());
  found.set(key, { minute, state });
  return state;
}

function stateAt(windows: readonly TimeWindow[], timezone: string, instant: Date): WindowState {
  if (isOpen(windows, timezone, instant)) {
    const closesAt = nextClosing(windows, timezone, instant);
    return { isOpen: true, ...(closesAt === undefined ? {} : { closesAt: closesAt.toISOString() }) };
  }
  const opensAt = nextOpening(windows, timezone, instant);
  return { isOpen: false, ...(opensAt === undefined ? {} : { opensAt: opensAt.toISOString() }) };
}

/** @param text a window that the configuration was checked to know */
export function windowOf(text: string): TimeWindow {
  const window = parseTimeWindow(text);
  if ('expected' in window) throw new Error(`the time window ${text} was not checked before`);
  return window;
}
