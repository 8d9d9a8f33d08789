// The leading elements of a DICOM dataset, up to PixelData: from a file here, from the network by `HeaderReader`.

import type { NotDicom } from './file-meta.ts';
import type { Header } from './header-elements.ts';
import { HeaderReader, type HeaderReaderOptions } from './header-reader.ts';
import { readDataset } from './read-dataset.ts';

export { Header, type Element, type ElementName } from './header-elements.ts';
export type { FeedState as HeaderState } from './dataset-feed.ts';
export { HeaderReader, type HeaderReaderOptions } from './header-reader.ts';

/**
 * The header of a DICOM file. Reads no more of the file than it needs, in blocks of 64 KiB, and leaps over large
 * values. A file that is no DICOM file, or ends or breaks before the header does, gives the reason. Rejects as the
 * file system does when the file cannot be read.
 */
export async function readHeader(
  path: string | Buffer, options: HeaderReaderOptions = {},
): Promise<Header | NotDicom> {
  const reader = await readDataset(path, (TransferSyntaxUID) => new HeaderReader(TransferSyntaxUID, options));
  return 'notDicom' in reader ? reader : reader.header;
}
