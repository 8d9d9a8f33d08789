// Keys and values that are part of the configuration's design but not of this version. They are refused by name, so
// that nobody relies on what does not happen. Whoever builds one deletes its line here.

/** The message of all of them. */
export const NOT_YET = 'this version of DTS does not support it yet, so it may not be configured';

/** By file: paths without their indexes; `*` stands for any one key. */
export const FUTURE_KEYS: Readonly<Record<string, readonly string[]>> = {
  'receiver.json': [],
  'config.json': [
    'retention',
    'notify',
    'viewer',
    'logging.tls',
  ],
  'select_statements.json': [
  ],
};

/** Values that a key of this version will take one day, in the same notation. */
export const FUTURE_VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'receiver.json': {},
  'config.json': {
  },
  'select_statements.json': {
  },
};

/** Whether a key at a path of a file is one of a later version. */
export function isFutureKey(file: string, path: readonly (string | number)[]): boolean {
  return (FUTURE_KEYS[file] ?? []).some((future) => fits(future, path));
}

/** Whether a value at a path of a file is one of a later version. */
export function isFutureValue(file: string, path: readonly (string | number)[], value: unknown): boolean {
  const futures = Object.entries(FUTURE_VALUES[file] ?? {});
  return futures.some(([future, values]) => fits(future, path) && typeof value === 'string' && values.includes(value));
}

function fits(future: string, path: readonly (string | number)[]): boolean {
  const steps = path.filter((step) => typeof step === 'string');
  const wanted = future.split('.');
  return wanted.length === steps.length && wanted.every((step, index) => step === '*' || step === steps[index]);
}
