// Asks whether instances could be put into somebody's folders now. Puts nothing there.

import type { FolderDestination } from '../../config/destination.ts';
import { examineFolder } from '../../folder/examine-folder.ts';
import { findTarget } from '../folder/target-of-destination.ts';
import type { Asked } from './ask-destination.ts';

export async function askFolder(destination: FolderDestination): Promise<Asked> {
  const target = await findTarget(destination);
  const folder = 'reason' in target ? target : await examineFolder(target);
  if ('reason' in folder) return { failure: folder, remedy: 'mended, it is used again by itself' };
  const gigabytes = (folder.space.freeBytes / 1e9).toFixed(1);
  return { answered: `${destination.root} is there and ours to write, ${gigabytes} GB free` };
}
