// Compares two lists in which the order does not count and the same may stand several times.

/** What of `wanted` was not found, and what was found beyond it. */
export function compareLists(
  found: readonly string[], wanted: readonly string[],
): { readonly missing: readonly string[]; readonly extra: readonly string[] } {
  const missing = [...wanted];
  const extra = found.filter((one) => {
    const place = missing.indexOf(one);
    if (place >= 0) missing.splice(place, 1);
    return place < 0;
  });
  return { missing, extra };
}
