// The instances that a DICOM file refers to: segmentations to what they segment, reports to their evidence,
// presentation states to what they present.

import { DatasetFeed } from './dataset-feed.ts';
import { loadDictionary } from './dictionary.ts';
import type { NotDicom } from './file-meta.ts';
import { Inflater } from './inflate.ts';
import { readDataset } from './read-dataset.ts';
import { ReferenceParser, type InstanceReference } from './reference-parser.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

export type { InstanceReference } from './reference-parser.ts';

/** As for headers: more is not inflated. */
const MAXIMUM_INFLATED_BYTES = 16 * 1024 * 1024;

/**
 * Every reference in a file's sequences before PixelData, in their order, as often as they stand there.
 * @returns why the file is no DICOM file or cannot be read so far @throws as the file system does
 */
export async function readReferences(path: string | Buffer): Promise<readonly InstanceReference[] | NotDicom> {
  const { vrOf } = await loadDictionary();
  const feed = await readDataset(path, (TransferSyntaxUID) => {
    const syntax = transferSyntax(TransferSyntaxUID);
    const parser = new ReferenceParser(syntax, vrOf);
    return new ReferenceFeed(parser, syntax.deflated ? new Inflater(MAXIMUM_INFLATED_BYTES) : undefined);
  });
  return 'notDicom' in feed ? feed : feed.references;
}

class ReferenceFeed extends DatasetFeed {
  readonly references: readonly InstanceReference[];

  constructor(parser: ReferenceParser, inflater: Inflater | undefined) {
    super(parser, inflater);
    this.references = parser.references;
  }
}
