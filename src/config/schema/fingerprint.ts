// A fingerprint: which series go to a model of an inference server, and where its results go. One file each, in the
// formats of the system that they come from, and a few keys of ours.

import * as v from 'valibot';
import { inferenceServerEntries } from './inference-server.ts';
import { strictObject } from './strict-object.ts';
import { AETitle, host, httpAddress, key, listOf, name, nonEmptyText, port, text, yesOrNo } from './values.ts';

const scu = strictObject({
  scu_ip: key(host, 'Where results go by C-STORE: its address or host name.', '10.1.2.3'),
  scu_port: key(port, 'Its TCP port.', 104),
  scu_ae_title: key(AETitle, 'The AE title that is called.', 'PACS'),
});

const ofEveryFingerprint = {
  inference_server_url: key(httpAddress, 'The address of the server.', 'https://inference.hospital.example/'),
  model_human_readable_id: key(nonEmptyText, 'The model, by the name that the server has for it.', 'liver'),
  scus: v.optional(key(listOf(scu, 'destinations'), 'Where results go. Empty: nowhere; they stay with the job.'), []),
  enabled: v.optional(key(yesOrNo, 'Whether new arrivals may trigger it. A key of DTS.'), true),
  inferenceServer: v.optional(key(
    strictObject(inferenceServerEntries), 'How the server is talked to, as in select_statements.json. A key of DTS.',
  ), {}),
} as const;

const pattern = (what: string) => v.optional(key(
  text, `A regular expression, searched in ${what}, whatever the case. Empty: all.`,
), '');

export const fingerprint = strictObject({
  modality_regex: pattern('Modality'),
  series_description_regex: pattern('SeriesDescription'),
  study_description_regex: pattern('StudyDescription'),
  sop_class_uid_regex: pattern('SOPClassUID'),
  exclude_regex: v.optional(key(
    nonEmptyText, 'Searched in all four first; a series in which it is found is not wanted.', 'topogram|scout',
  ), 'a^'),
  ...ofEveryFingerprint,
});

/** The oldest format: no patterns, and one destination, or a list. */
export const oldestFingerprint = strictObject({
  modality: key(nonEmptyText, 'The Modality; "*": any.', 'CT'),
  study_description_keywords: key(
    v.pipe(listOf(text, 'texts'), v.minLength(1, 'at least one text')),
    'Any of them must be part of StudyDescription, in this case; "*": any description.', ['Thorax'],
  ),
  ...ofEveryFingerprint,
  scu_ip: v.optional(scu.entries.scu_ip),
  scu_port: v.optional(scu.entries.scu_port),
  scu_ae_title: v.optional(scu.entries.scu_ae_title),
});

/** The name of the file without `.json`, which is that of its stream. */
export const fingerprintName = name;

export type Fingerprint = v.InferOutput<typeof fingerprint>;
export type OldestFingerprint = v.InferOutput<typeof oldestFingerprint>;
