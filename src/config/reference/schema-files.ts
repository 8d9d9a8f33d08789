// The files of a configuration and their schemas, for what is generated from them.

import type * as v from 'valibot';
import type { FileName } from '../finding.ts';
import { receiverFile } from '../schema/receiver-file.ts';
import { statementsFile } from '../schema/statements-file.ts';
import { stationFile } from '../schema/station-file.ts';

export const SCHEMAS: Readonly<Record<FileName, v.GenericSchema>> = {
  'receiver.json': receiverFile,
  'config.json': stationFile,
  'select_statements.json': statementsFile,
};

/** What each file is about, in one sentence. */
export const PURPOSES: Readonly<Record<FileName, string>> = {
  'receiver.json': 'Where DTS listens for images, and whom it lets in.',
  'config.json': 'The station, its streams and their destinations.',
  'select_statements.json': 'The cores: one entry for each stream that has one, under the name of the stream. A list '
    + 'of cores is a chain: what one puts out is what the next one reads (cores.md).',
};
