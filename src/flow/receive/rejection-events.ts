// Tells the event log of rejected associations. A scanner that is refused tries again for hours, perhaps every second:
// of one caller and one reason the first few in an hour are told singly, the others as one event with their number.
//
// Promises: every rejection is told or counted; what is remembered is bounded, however many callers there are.

import type { EventLog } from '../../log/event-log.ts';
import type { StorePeer } from '../../network/store-hooks.ts';

/** Enough for a person who tries again and again while looking at the log. */
const TOLD_SINGLY = 10;
const COUNTED_MILLISECONDS = 3_600_000;
const REMEMBERED_CALLERS = 1000;

/** The rejections of one caller for one reason, within an hour of the first. */
interface Rejections {
  readonly peer: StorePeer;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  count: number;
}

export class RejectionEvents {
  readonly #events: EventLog;
  readonly #now: () => Date;
  /** In the order of their first. */
  readonly #rejections = new Map<string, Rejections>();

  constructor(events: EventLog, now: () => Date) {
    this.#events = events;
    this.#now = now;
  }

  tell(peer: StorePeer, text: string): void {
    const key = JSON.stringify([peer.callingAETitle, peer.calledAETitle, peer.address, text]);
    const since = this.#now().getTime();
    const before = this.#rejections.get(key);
    if (before !== undefined && Math.abs(since - before.since) >= COUNTED_MILLISECONDS) this.#close(key, before);
    const rejections = this.#rejections.get(key) ?? { peer, text, since, count: 0 };
    this.#rejections.set(key, rejections);
    rejections.count += 1;
    if (rejections.count <= TOLD_SINGLY) this.#events.write({ event: 'association-rejected', ...peer, text });
    if (this.#rejections.size > REMEMBERED_CALLERS) this.#closeOldest();
  }

  /** Tells what was only counted so far. */
  end(): void {
    for (const [key, rejections] of this.#rejections) this.#close(key, rejections);
  }

  #closeOldest(): void {
    const [oldest] = this.#rejections;
    if (oldest !== undefined) this.#close(...oldest);
  }

  #close(key: string, { peer, text, count }: Rejections): void {
    this.#rejections.delete(key);
    const untold = count - TOLD_SINGLY;
    if (untold > 0) this.#events.write({ event: 'association-rejected', ...peer, text, untold });
  }
}
