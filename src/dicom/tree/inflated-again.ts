// What it costs that a deflated data set can be read forward only: whoever goes back to a value has all before it
// inflated again. Values in order cost nothing; a few kilobytes of others would keep a process busy for days.

import type { DataElement, DataSet } from './data-set.ts';
import { writtenElements } from './element-form.ts';

/** How many bytes are inflated again at most, where long values are taken in the order in which they are written. */
export function inflatedAgain(dataSet: DataSet): number {
  let furthest = 0;
  let bytes = 0;
  const take = (offset: number): void => {
    if (offset < furthest) bytes += offset;
    furthest = Math.max(furthest, offset);
  };
  const visit = (elements: readonly DataElement[]): void => {
    for (const { value } of elements) {
      if (value.kind === 'range') take(value.offset);
      else if (value.kind === 'fragments') value.fragments.forEach(({ offset }) => { take(offset); });
      else if (value.kind === 'items') value.items.forEach((item) => { visit(writtenElements(item)); });
    }
  };
  visit(writtenElements(dataSet));
  return bytes;
}
