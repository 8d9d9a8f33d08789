// Reads what a core is given: descr.json, which says what was selected, and the instances below input/. It looks at
// headers only and judges whether the whole can be worked on; pixels are read later, one instance at a time.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader, type Header } from '../../dicom/header.ts';

export type Instance = { readonly path: string; readonly SOPInstanceUID: string; readonly header: Header };

export type Series = {
  readonly SeriesInstanceUID: string;
  readonly SeriesNumber: string;
  readonly SeriesDescription: string;
  readonly Modality: string;
  /** At least one; in the order of InstanceNumber. */
  readonly instances: readonly Instance[];
};

/** One study; the header is of its first instance. */
export type Input = { readonly series: readonly Series[]; readonly header: Header };

export type Unusable = { readonly unusable: string };

/** Reads `<directory>/descr.json` and `<directory>/input/*.dcm`. File system errors but "missing" are thrown. */
export async function readInput(directory: string): Promise<Input | Unusable> {
  const description = await readDescription(join(directory, 'descr.json'));
  if ('unusable' in description) return description;

  const names = await readNames(join(directory, 'input'));
  if (names.length === 0) return { unusable: `${join(directory, 'input')} holds no .dcm files` };
  const instances: Instance[] = [];
  for (const name of names) {
    const path = join(directory, 'input', name);
    const header = await readHeader(path);
    if ('notDicom' in header) return { unusable: `${path} ${header.notDicom}` };
    const SOPInstanceUID = header.text('SOPInstanceUID');
    if (!SOPInstanceUID || !header.text('SeriesInstanceUID') || !header.text('StudyInstanceUID')) {
      return { unusable: `${path} lacks StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID` };
    }
    instances.push({ path, SOPInstanceUID, header });
  }

  for (const keyword of ['StudyInstanceUID', 'PatientID'] as const) {
    const values = new Set(instances.map(({ header }) => header.text(keyword) ?? ''));
    if (values.size > 1) return { unusable: `the instances have ${values.size} different ${keyword}, one is expected` };
  }
  const series = groupSeries(instances);
  const missing = description.SeriesInstanceUIDs.filter((uid) => !series.some((one) => one.SeriesInstanceUID === uid));
  if (missing.length > 0) {
    return { unusable: `descr.json names series ${missing.join(', ')}, of which input/ holds no instance` };
  }
  return { series, header: series[0]!.instances[0]!.header };
}

async function readDescription(path: string): Promise<{ SeriesInstanceUIDs: string[] } | Unusable> {
  const text = await readFile(path, 'utf8').catch(missingIs(undefined));
  if (text === undefined) return { unusable: `${path} is missing` };
  const list = parseJson(text);
  if (!Array.isArray(list)) return { unusable: `${path} is not a JSON list with one object per series` };
  const SeriesInstanceUIDs = list.map((one: unknown) =>
    typeof one === 'object' && one !== null && 'SeriesInstanceUID' in one ? one.SeriesInstanceUID : undefined,
  );
  if (!SeriesInstanceUIDs.every((uid) => typeof uid === 'string')) {
    return { unusable: `${path} has an entry without SeriesInstanceUID` };
  }
  return { SeriesInstanceUIDs };
}

async function readNames(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(missingIs<string[]>([]));
  return names.filter((name) => name.endsWith('.dcm')).sort();
}

function groupSeries(instances: readonly Instance[]): Series[] {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const SeriesInstanceUID = instance.header.text('SeriesInstanceUID')!;
    groups.set(SeriesInstanceUID, [...(groups.get(SeriesInstanceUID) ?? []), instance]);
  }
  const series = [...groups].map(([SeriesInstanceUID, members]): Series => {
    const header = members[0]!.header;
    return {
      SeriesInstanceUID,
      SeriesNumber: header.text('SeriesNumber') ?? '',
      SeriesDescription: header.text('SeriesDescription') ?? '',
      Modality: header.text('Modality') ?? '',
      instances: members.toSorted((a, b) => instanceNumber(a) - instanceNumber(b)),
    };
  });
  return series.sort((a, b) => Number(a.SeriesNumber) - Number(b.SeriesNumber));
}

function instanceNumber({ header }: Instance): number {
  return header.number('InstanceNumber') ?? 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function missingIs<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
