// Finds the name that a mistyped one was meant to be.

/**
 * The candidate nearest to a name: the same but for case, else at most two single-letter slips away (one for names of
 * up to four letters). Of equally near ones the first. Undefined where none is near.
 */
export function findClosestName(name: string, candidates: Iterable<string>): string | undefined {
  const lowered = name.toLowerCase();
  let closest: string | undefined;
  let limit = name.length <= 4 ? 1 : 2;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const slips = countSlips(lowered, candidate.toLowerCase());
    if (slips > limit) continue;
    closest = candidate;
    // From here on only a nearer one will do.
    limit = slips - 1;
    if (limit < 0) break;
  }
  return closest;
}

/** Letters to insert, delete, replace, or swap with their neighbour, to make one word the other. */
function countSlips(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped && row > 1 && column > 1 ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
