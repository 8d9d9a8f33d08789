// Where a delivery goes and why: what is kept of each destination that it may go to, and what was considered each time.
// Types only.

import type { Failure } from './failure.ts';
import type { HeldDestination } from './held-destination.ts';
import type { Clock } from './job.ts';

/** members.json: what came of a delivery's tries at each destination of a choice, by its name. */
export type Members = Readonly<Record<string, Member>>;

export interface Member {
  /** After a failure that may pass. */
  readonly clock?: Clock;
  /** Why it will not take the delivery. */
  readonly refused?: readonly Failure[];
}

/** A destination as it was when somebody looked. */
export interface Consideration {
  readonly destination: string;
  readonly cost: number;
  /** Set where a person holds it. */
  readonly held?: HeldDestination;
  /** Absent: it is always open. */
  readonly window?: WindowState;
  /** Absent: nothing is known to be wrong with it. */
  readonly trouble?: Trouble;
  /** Why it will not take this delivery. */
  readonly refused?: readonly Failure[];
  /** When it stored an instance of this delivery last, ISO 8601 UTC; absent where it has none of them. */
  readonly begun?: string;
}

/** Instants in ISO 8601 UTC; absent where that never comes. */
export type WindowState =
  | { readonly isOpen: true; readonly closesAt?: string }
  | { readonly isOpen: false; readonly opensAt?: string };

export interface Trouble {
  readonly since: string;
  readonly notBefore: string;
  /** Whether that time has come: it may be tried, but that need not help. */
  readonly isDue: boolean;
  readonly failure: Failure;
}

/** Why a delivery stays where it is. */
export interface Wait {
  readonly waitsFor: 'window' | 'trouble' | 'held';
  /** When it is worth another look, ISO 8601 UTC; absent where that never comes. */
  readonly until?: string;
}

/** A line of routes.jsonl. */
export interface RouteLine {
  readonly time: string;
  readonly considered: readonly Consideration[];
  readonly chosen: string;
  /** Set where a person did not want to wait for it. */
  readonly despite?: Wait['waitsFor'];
}
