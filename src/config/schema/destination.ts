// A destination: a DICOM node that results go to by C-STORE.

import * as v from 'valibot';
import { retry } from './retry.ts';
import { mapOf, strictObject } from './strict-object.ts';
import { AETitle, host, key, listOf, name, port, text } from './values.ts';

/** A destination, wherever it stands in config.json. */
export const destination = strictObject({
  name: v.optional(key(
    name, 'What the destination is called in commands and lists. Its AE title when left out.', 'pacs',
  )),
  type: v.optional(key(v.literal('dicom', '"dicom"'), 'How it is reached: by C-STORE.'), 'dicom'),
  AETitle: key(AETitle, 'The AE title that is called.', 'FIONA'),
  IP: key(host, 'Its address or host name.', 'fiona.ihelse.net'),
  PORT: key(port, 'Its TCP port.', 104),
  OwnAETitle: v.optional(key(
    AETitle, 'The AE title by which DTS calls. DICOMAETITLE of receiver.json when left out.', 'DTS',
  )),
  filter: v.optional(key(
    listOf(mapOf(text, text), 'objects'),
    'Which instances go there, by keyword and glob (`*`, `?`): all keys of any entry must fit. Empty: all instances.',
    [{ Modality: 'SR' }, { Modality: 'SEG', SeriesDescription: '*lesion*' }],
  ), []),
  retry: v.optional(key(retry('a delivery'), 'When a delivery that did not go through is tried again.'), {}),
});

export type DestinationEntry = v.InferOutput<typeof destination>;
