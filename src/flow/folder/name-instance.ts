// Reads off an instance where it belongs in somebody's folders.

import { loadDictionary } from '../../dicom/dictionary.ts';
import type { NotDicom } from '../../dicom/file-meta.ts';
import { readHeader } from '../../dicom/header.ts';
import { valuesOfTree } from '../../dicom/morph/read-texts.ts';
import { renderPath } from '../../dicom/template/path-template.ts';
import type { TemplateValues } from '../../dicom/template/template.ts';
import { usesItems, valuesOfHeader } from '../../dicom/template/values-of-header.ts';
import { readInstanceTree } from '../../dicom/tree/read-instance-tree.ts';
import { placeOf, type InstancePlace } from '../arrival/group-series.ts';
import type { FolderTarget } from './folder-target.ts';

/** An instance, and the folders and file that it shall get, below the root. */
export interface NamedInstance extends InstancePlace {
  /** Tells it from the others that are put there with it. */
  readonly id: string;
  readonly file: string;
  readonly TransferSyntaxUID: string;
  readonly names: readonly string[];
  /** Of what says that everything is there: below the folder of the instance, or below the root. */
  readonly ready?: { readonly names: readonly string[]; readonly isBelowRoot: boolean };
}

/**
 * @returns or why the file is no DICOM file
 * @throws as the file system does
 */
export async function nameInstance(
  id: string, file: string, { path, ready }: Pick<FolderTarget, 'path' | 'ready'>,
): Promise<NamedInstance | { readonly notDicom: string }> {
  const header = await readHeader(file);
  if ('notDicom' in header) return header;
  const templates = [...path.names, ...ready?.names ?? []];
  const values = templates.some(usesItems) ? await valuesWithItems(file) : valuesOfHeader(header);
  if ('notDicom' in values) return values;
  const names = renderPath(path, values);
  const named = { ...placeOf(header), id, file, TransferSyntaxUID: header.TransferSyntaxUID, names };
  if (ready === undefined) return named;
  return { ...named, ready: { names: renderPath(ready, values), isBelowRoot: ready.isBelowRoot } };
}

/** Headers hold no items; a tree of the whole instance takes longer to read. */
async function valuesWithItems(file: string): Promise<TemplateValues | NotDicom> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) return tree;
  const { vrOf } = await loadDictionary();
  return valuesOfTree(tree.dataSet, vrOf);
}
