// What a look at the environment found.

export interface EnvironmentFinding {
  /** `error`: the station cannot work so; `warning`: it may not; `ok`: looked at and right. */
  readonly level: 'ok' | 'warning' | 'error';
  /** What was looked at, in a word or two. */
  readonly subject: string;
  readonly text: string;
  /** What to do about it; of what is not ok. */
  readonly remedy?: string;
}

export function ok(subject: string, text: string): EnvironmentFinding {
  return { level: 'ok', subject, text };
}

export function warning(subject: string, text: string, remedy: string): EnvironmentFinding {
  return { level: 'warning', subject, text, remedy };
}

export function error(subject: string, text: string, remedy: string): EnvironmentFinding {
  return { level: 'error', subject, text, remedy };
}
