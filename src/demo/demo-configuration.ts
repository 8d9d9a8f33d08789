// The configurations of the demonstration: a station with one stream, and a stand-in for the PACS that gets the result.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const STATION_AE_TITLE = 'AICORE1';
export const PACS_AE_TITLE = 'DEMOPACS';
export const STREAM = 'Demo';

/** Seconds without a new instance after which the demonstration's study is complete. */
const QUIET_SECONDS = 2;

const SELECT = [
  'SELECT study FROM study',
  '  WHERE series NAMED "native" HAS ClassifyType containing "axial" AND NOT ClassifyType containing "contrast"',
  '  ALSO WHERE series NAMED "contrast" HAS ClassifyType containing "axial" AND ClassifyType containing "contrast"',
].join('\n');

export interface DemoPlace {
  /** Its configuration's directory. */
  readonly config: string;
  readonly datadir: string;
  readonly port: number;
}

/** @param root an empty folder of the demonstration's own */
export async function writeStation(root: string, port: number, pacs: DemoPlace): Promise<DemoPlace> {
  const place = { config: join(root, 'station', 'config'), datadir: join(root, 'station', 'data'), port };
  await writeFiles(place, STATION_AE_TITLE, {
    datadir: place.datadir,
    timeout: QUIET_SECONDS,
    limits: { minFreeBytes: 0, minFreePercent: 0 },
    Streams: [{
      name: STREAM,
      description: 'Measures noise in the axial series with the example core',
      trigger: { AETitleCalled: `^${STATION_AE_TITLE}$`, AETitleCaller: '.*' },
      destination: [{ name: 'DemoPACS', AETitle: PACS_AE_TITLE, IP: '127.0.0.1', PORT: pacs.port }],
      'trigger-study': [{ type: 'job' }],
    }],
  }, {
    [STREAM]: {
      select: SELECT,
      executor: 'process',
      command: [process.execPath, '{dts}/dist/example-core.mjs', '{}', '{output}'],
    },
  });
  return place;
}

/** A receiver that nothing triggers on. */
export async function writePacs(root: string, port: number): Promise<DemoPlace> {
  const place = { config: join(root, 'pacs', 'config'), datadir: join(root, 'pacs', 'data'), port };
  await writeFiles(place, PACS_AE_TITLE, {
    datadir: place.datadir, limits: { minFreeBytes: 0, minFreePercent: 0 }, Streams: [],
  }, {});
  return place;
}

async function writeFiles(
  { config, datadir, port }: DemoPlace, DICOMAETITLE: string, station: object, statements: object,
): Promise<void> {
  await mkdir(config, { recursive: true });
  await mkdir(datadir, { recursive: true, mode: 0o750 });
  const receiver = {
    DICOMIP: '127.0.0.1', DICOMPORT: port, DICOMAETITLE, DATADIR: datadir,
    limits: { minFreeBytes: 0, minFreePercent: 0 },
  };
  for (const [name, content] of Object.entries({
    'receiver.json': receiver, 'config.json': station, 'select_statements.json': statements,
  })) await writeFile(join(config, name), `${JSON.stringify(content, null, 2)}\n`);
}
