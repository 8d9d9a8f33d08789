// What this process has said already of an arrival, job or delivery in trouble, so that a loop of ticks says it once.

const told = new Set<string>();

/** Whether a text was not told before; from now on it was. */
export function isFirstTold(text: string): boolean {
  if (told.has(text)) return false;
  told.add(text);
  return true;
}
