// What is kept of a destination that a person holds: the content of outbox/.held/<name>.json. Types only.

/** Nothing is sent there until it is released; what comes meanwhile waits. */
export interface HeldDestination {
  /** Its name in the configuration. */
  readonly destination: string;
  /** What the name stood for, by place-of.ts; absent for a choice or a sender, and where it was held by hand. */
  readonly place?: string;
  /** ISO 8601 UTC. */
  readonly heldAt: string;
  /** The user who held it. */
  readonly by?: string;
  /** In the words of that user. */
  readonly reason?: string;
}
