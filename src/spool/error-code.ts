// Asks an exception for its system error code, so that a caught error is told apart by code and never by its text.

/** Whether a caught value is a system error with one of these codes, such as 'ENOENT'. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  const code = codeOf(error);
  return code !== undefined && codes.includes(code);
}

/** The system error code of a caught value, undefined where it is not a system error. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
