// What poll, cancel and collect throw when they cannot find out or do what they were asked: a container engine that
// does not answer, a process that even SIGKILL does not end. Nothing was decided; the next tick may try again.

/** The state of the run is unknown, which is not 'vanished'. The message says what is in the way. */
export class ExecutorUnavailable extends Error {
  override readonly name = 'ExecutorUnavailable';
}
