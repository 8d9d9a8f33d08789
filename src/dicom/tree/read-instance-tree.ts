// Reads an instance as a tree that can be changed.

import { loadDictionary } from '../dictionary.ts';
import { readFileMeta, type NotDicom } from '../file-meta.ts';
import { transferSyntax } from '../transfer-syntaxes.ts';
import type { InstanceTree } from './data-set.ts';
import { openDatasetBytes } from './dataset-bytes.ts';
import { DatasetWindow } from './dataset-window.ts';
import { inflatedAgain } from './inflated-again.ts';
import { TreeParser } from './tree-parser.ts';

/** A segmentation of ten thousand frames has a million elements. */
const DEFAULT_MAXIMUM_BYTES = 512 * 1024 * 1024;

/** Some ten seconds. What is in order needs nothing of it. */
const MOST_INFLATED_AGAIN = 8 * 1024 ** 3;

/**
 * Reads the file once, and of long values nothing: PixelData of any size costs no memory.
 * @param maximumBytes what the tree may take in memory
 * @returns why the file is no DICOM file, or breaks off, or is nested or large beyond measure
 * @throws as the file system does when the file cannot be read
 */
export async function readInstanceTree(
  file: string | Buffer, maximumBytes: number = DEFAULT_MAXIMUM_BYTES,
): Promise<InstanceTree | NotDicom> {
  const fileMeta = await readFileMeta(file);
  if ('notDicom' in fileMeta) return fileMeta;
  const dictionary = await loadDictionary();
  const bytes = await openDatasetBytes(file, fileMeta);
  try {
    const { TransferSyntaxUID } = fileMeta;
    const parser = new TreeParser(new DatasetWindow(bytes), dictionary, maximumBytes);
    const dataSet = await parser.parse(transferSyntax(TransferSyntaxUID));
    if ('malformed' in dataSet) return { notDicom: dataSet.malformed };
    if (transferSyntax(TransferSyntaxUID).deflated && inflatedAgain(dataSet) > MOST_INFLATED_AGAIN) {
      return { notDicom: 'is deflated and has long values out of order, each of which needs all of it inflated again' };
    }
    if (dataSet.size === 0) return { notDicom: 'has no dataset after its file meta information' };
    return { file, fileMeta, TransferSyntaxUID, dataSet };
  } finally {
    await bytes.close();
  }
}
