// Waits for the disk many times at once.

/** How many reads are under way at a time: enough to keep a disk busy, few enough for the descriptors of a process. */
const WIDTH = 16;

/** What `read` makes of each item, in the order of the items. @throws what a read has thrown, once all have ended */
export async function mapSideBySide<Item, Result>(
  items: readonly Item[], read: (item: Item) => Promise<Result>, width = WIDTH,
): Promise<Result[]> {
  const results: Result[] = [];
  const faults: unknown[] = [];
  const waiting = items.entries();
  const readOn = async (): Promise<void> => {
    for (const [place, item] of waiting) {
      if (faults.length > 0) return;
      try {
        results[place] = await read(item);
      } catch (fault) {
        faults.push(fault);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, readOn));
  if (faults.length > 0) throw faults[0];
  return results;
}
