// A description of each series beside its files, `<SeriesInstanceUID>.json`: what raw/ holds of a series, taken from
// what was put there and from nothing else, with the list of its files.

import type { FilePlacer } from '../../folder/place-files.ts';
import type { FileToPlace } from '../../folder/placing.ts';
import { fileNameOf } from '../../dicom/file-name.ts';
import { parseLine } from '../../spool/read.ts';
import { compareText, groupSeries, type SeriesOf } from '../arrival/group-series.ts';
import { readInstanceHeader } from '../arrival/read-study.ts';
import { describeSeries, type SeriesDescription } from '../arrival/series-description.ts';
import type { NamedInstance } from './name-instance.ts';

/** An instance that lies in somebody's folders. */
export interface InstanceInFolder extends NamedInstance {
  readonly placedAs: readonly string[];
}

/** Gives a series its classes, by the site's rules. */
export type ClassifySeries = (series: SeriesOf<NamedInstance>, folder: string) => Promise<readonly string[]>;

interface Sidecar extends SeriesDescription {
  readonly files: readonly DescribedFile[];
}

interface DescribedFile {
  /** From the folder of the description. */
  readonly file: string;
  readonly SOPInstanceUID: string;
  readonly InstanceNumber: number | null;
  readonly TransferSyntaxUID: string;
}

export async function describePlaced(
  placer: FilePlacer, root: string, instances: readonly InstanceInFolder[], classify?: ClassifySeries,
): Promise<FileToPlace[]> {
  const files: FileToPlace[] = [];
  for (const series of groupSeries(instances)) {
    const folder = commonFolder(series.instances.map(({ placedAs }) => placedAs));
    const names = [...folder, fileNameOf(`${series.SeriesInstanceUID}.json`)];
    const path = [root, ...folder].join('/');
    const first = await readInstanceHeader(series.instances[0]);
    const classes = await classify?.(series, path) ?? [];
    const known = await findSidecar(placer, names, series.SeriesInstanceUID);
    const all = merge(known?.files ?? [], series.instances.map((instance) => describeFile(instance, folder.length)));
    const sidecar: Sidecar = { ...describeSeries(series, first, path, classes), NumFiles: all.length, files: all };
    const text = `${JSON.stringify(sidecar, null, 2)}\n`;
    files.push({ id: `sidecar ${names.join('/')}`, names, content: { text }, onCollision: 'replace' });
  }
  return files;
}

function describeFile(instance: InstanceInFolder, depth: number): DescribedFile {
  const { SOPInstanceUID, InstanceNumber, TransferSyntaxUID, placedAs } = instance;
  return {
    file: placedAs.slice(depth).join('/'), SOPInstanceUID,
    InstanceNumber: InstanceNumber === Number.MAX_SAFE_INTEGER ? null : InstanceNumber, TransferSyntaxUID,
  };
}

/** What an earlier part of the series has left; undefined where something else lies there. */
async function findSidecar(
  placer: FilePlacer, names: readonly string[], SeriesInstanceUID: string,
): Promise<Sidecar | undefined> {
  const [known] = parseLine<Partial<Sidecar> | null>(await placer.findText(names) ?? '');
  return known?.SeriesInstanceUID === SeriesInstanceUID && Array.isArray(known.files) ? known as Sidecar : undefined;
}

function merge(known: readonly DescribedFile[], now: readonly DescribedFile[]): DescribedFile[] {
  const byName = new Map([...known, ...now].map((one) => [one.file, one]));
  return [...byName.values()].sort((a, b) => {
    return (a.InstanceNumber ?? Infinity) - (b.InstanceNumber ?? Infinity) || compareText(a.file, b.file);
  });
}

/** The innermost folder that all files are in or below. */
function commonFolder(files: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = files.map((names) => names.slice(0, -1));
  const differs = first.findIndex((name, level) => others.some((names) => names[level] !== name));
  return first.slice(0, differs === -1 ? undefined : differs);
}
