// SIGINT and SIGTERM as an AbortSignal, for commands that end in order when asked to. A second signal ends the process at
// once, which is safe too: every step is.

/** The signal that came is the abort reason, such as 'SIGTERM'. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => { stop.abort(name); });
  return stop.signal;
}
