// Reads the leading elements of a dataset from chunks as they arrive, on the path of every received instance.

import { DatasetFeed } from './dataset-feed.ts';
import { Header } from './header-elements.ts';
import { HeaderParser } from './header-parser.ts';
import { Inflater } from './inflate.ts';
import { tagOf } from './keywords.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

const DEFAULT_MAXIMUM_BYTES = 16 * 1024 * 1024;

export interface HeaderReaderOptions {
  /** The first tag that is not read any more, as group << 16 | element; FloatPixelData if left out. */
  untilTag?: number;
  /** The most that the values kept, and the inflated part of a deflated dataset, may take; 16 MiB if left out. */
  maximumBytes?: number;
}

/**
 * Takes a dataset in chunks of any size until it says `complete` or `failed`; what is pushed afterwards is ignored.
 * Elements may come in any order before `untilTag`. Stops, too, at an element above it: PixelData, mostly.
 */
export class HeaderReader extends DatasetFeed {
  /** What was read so far. */
  readonly header: Header;

  constructor(TransferSyntaxUID: string, options: HeaderReaderOptions = {}) {
    const syntax = transferSyntax(TransferSyntaxUID);
    const { untilTag = tagOf('FloatPixelData'), maximumBytes = DEFAULT_MAXIMUM_BYTES } = options;
    const parser = new HeaderParser(syntax, untilTag, maximumBytes);
    super(parser, syntax.deflated ? new Inflater(maximumBytes) : undefined);
    this.header = new Header(TransferSyntaxUID, parser.elements);
  }
}
