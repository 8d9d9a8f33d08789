// The header of an image as those see it who ask what kind of image it is: of a multi-frame object, the attributes in
// its functional groups stand beside those of the top level, as they would in an object of one frame.

import { DatasetFeed } from './dataset-feed.ts';
import { loadDictionary } from './dictionary.ts';
import type { NotDicom } from './file-meta.ts';
import {
  FunctionalGroupParser, PER_FRAME_FUNCTIONAL_GROUPS, SHARED_FUNCTIONAL_GROUPS,
} from './functional-group-parser.ts';
import { readHeader, type Header } from './header.ts';
import { Inflater } from './inflate.ts';
import { readDataset } from './read-dataset.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

/** As for headers: more is not inflated. */
const MAXIMUM_INFLATED_BYTES = 16 * 1024 * 1024;

/**
 * The top level goes before the groups that all frames share, these before the groups of the first frame. Functional
 * groups that cannot be read are left out: the object is one that can be described without them.
 * @throws as the file system does
 */
export async function readImageHeader(path: string): Promise<Header | NotDicom> {
  const header = await readHeader(path);
  if ('notDicom' in header) return header;
  if (!header.has(SHARED_FUNCTIONAL_GROUPS) && !header.has(PER_FRAME_FUNCTIONAL_GROUPS)) return header;
  const { vrOf } = await loadDictionary();
  const feed = await readDataset(path, (TransferSyntaxUID) => {
    const syntax = transferSyntax(TransferSyntaxUID);
    return new FunctionalGroupFeed(new FunctionalGroupParser(syntax, vrOf), syntax.deflated);
  });
  return 'notDicom' in feed ? header : header.and(feed.elements);
}

class FunctionalGroupFeed extends DatasetFeed {
  readonly elements: FunctionalGroupParser['elements'];

  constructor(parser: FunctionalGroupParser, isDeflated: boolean) {
    super(parser, isDeflated ? new Inflater(MAXIMUM_INFLATED_BYTES) : undefined);
    this.elements = parser.elements;
  }
}
