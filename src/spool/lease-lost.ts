// This process was paused so long that a lease it held passed, or may have passed, to another process. It changes
// nothing more; the next tick carries on.

export class LeaseLost extends Error {
  constructor(name: string) {
    super(`lease ${name} is not held any more`);
  }
}
