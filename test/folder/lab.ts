// A lab's folder for tests, files to put there, and what lies there afterwards.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { encodeFileMeta } from '../../src/dicom/file-meta.ts';
import type { FileToPlace, FolderFault, Placed } from '../../src/folder/placing.ts';
import { withFolder, type FolderToFill, type PlacingOptions } from '../../src/folder/open-placing.ts';
import {
  CT_IMAGE_STORAGE, encodeInstance, EXPLICIT_VR_LITTLE_ENDIAN, type InstanceParts,
} from '../flow/encoded-instance.ts';
import { temporaryFolder } from '../rig/peers.ts';

export class Lab {
  readonly folder: string;
  readonly root: string;

  constructor(folder: string) {
    this.folder = folder;
    this.root = join(folder, 'lab');
  }

  /** A DICOM file outside of the lab, to be put there. */
  async source(name: string, parts: InstanceParts = {}): Promise<string> {
    const path = join(this.folder, name);
    const SOPInstanceUID = parts.SOPInstanceUID ?? `1.2.3.${name.replace(/\D/g, '') || '0'}`;
    const fileMeta = encodeFileMeta({
      MediaStorageSOPClassUID: CT_IMAGE_STORAGE, MediaStorageSOPInstanceUID: SOPInstanceUID,
      TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
    });
    await writeFile(path, Buffer.concat([fileMeta, encodeInstance({ ...parts, SOPInstanceUID })]));
    return path;
  }

  place(
    files: readonly FileToPlace[], options: Partial<PlacingOptions> = {}, more: Partial<FolderToFill> = {},
    taken: readonly (readonly string[])[] = [],
  ): Promise<Placed[] | 'stopped' | FolderFault> {
    const target = { root: this.root, rights: { mode: 0o640, directoryMode: 0o750 }, ...more };
    return withFolder(target, { id: 'D1', ...options }, (placer) => placer.place(files, taken));
  }

  /** Every file and empty folder, hidden ones too, in order. */
  async tree(): Promise<string[]> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    const names = entries.map((entry) => {
      return relative(this.root, join(entry.parentPath, entry.name)) + (entry.isDirectory() ? '/' : '');
    });
    const isFilled = (name: string): boolean => {
      return name.endsWith('/') && names.some((other) => other !== name && other.startsWith(name));
    };
    return names.filter((name) => !isFilled(name)).sort();
  }

  async holds(name: string, source: string): Promise<boolean> {
    return (await readFile(join(this.root, name))).equals(await readFile(source));
  }
}

export async function makeLab(t: Pick<TestContext, 'after'>): Promise<Lab> {
  const lab = new Lab(await temporaryFolder(t));
  await mkdir(lab.root);
  return lab;
}

/** @param path below the root */
export function fileTo(path: string, file: string, more: Partial<FileToPlace> = {}): FileToPlace {
  return { id: path, names: path.split('/'), content: { file, copies: 'copy' }, onCollision: 'number', ...more };
}

/** Where each file came to lie, or why not. */
export function told(placed: Placed[] | 'stopped' | FolderFault): unknown {
  if (!Array.isArray(placed)) return placed;
  return placed.map((one) => (one.how === 'failed' ? one.hindrance : `${one.how} ${one.names.join('/')}`));
}
