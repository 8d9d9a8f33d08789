// The states of a job and the legal moves between them: the table of docs/INTERNALS.md, "Jobs", as code.
// A job's state is the directory that it lies in; a move is one rename, done by spool/job-store.ts.

/** In the order in which a job passes through them; the words are the same on disk, in events and on the page. */
export const JOB_STATES = [
  'pending', 'staged', 'running', 'ran', 'validated', 'forwarding', 'done', 'failed', 'held', 'cancelled',
] as const;

export type JobState = (typeof JOB_STATES)[number];

/** From each state, the states that a job may move to. */
export const JOB_MOVES: { readonly [From in JobState]: readonly JobState[] } = {
  pending: ['staged', 'validated', 'failed', 'held', 'cancelled'],
  staged: ['running', 'failed', 'held', 'cancelled'],
  running: ['ran', 'staged', 'failed', 'held', 'cancelled'],
  ran: ['staged', 'validated', 'failed', 'held', 'cancelled'],
  validated: ['forwarding', 'done', 'failed', 'held', 'cancelled'],
  forwarding: ['done', 'failed', 'cancelled'],
  done: ['pending', 'ran'],
  failed: ['pending', 'ran', 'forwarding', 'cancelled'],
  held: ['pending', 'staged', 'ran', 'validated', 'cancelled'],
  cancelled: ['pending'],
};

/** States that `run-one-job` advances. */
export const ACTIVE_JOB_STATES = ['pending', 'staged', 'running', 'ran', 'validated', 'forwarding'] as const satisfies
  readonly JobState[];

/** The same in the order in which they are seen to: what has begun leaves before more is begun. */
export const NEAREST_END_FIRST: readonly JobState[] = ACTIVE_JOB_STATES.toReversed();

/**
 * Active states in which jobs may lie by the hundred thousand: before they begin, and while a destination is away. They
 * are found by their tickets, see spool/tickets.ts; the limits of the station keep the other states short.
 */
export const QUEUED_JOB_STATES = ['pending', 'forwarding'] as const satisfies readonly JobState[];

export type QueuedJobState = (typeof QUEUED_JOB_STATES)[number];

export function isQueued(state: JobState): state is QueuedJobState {
  return (QUEUED_JOB_STATES as readonly JobState[]).includes(state);
}

/** States in which a job stays until a person acts. */
export const ENDED_JOB_STATES = ['done', 'failed', 'held', 'cancelled'] as const satisfies readonly JobState[];

export function isJobState(word: string): word is JobState {
  return (JOB_STATES as readonly string[]).includes(word);
}

export function mayMove(from: JobState, to: JobState): boolean {
  return JOB_MOVES[from].includes(to);
}
