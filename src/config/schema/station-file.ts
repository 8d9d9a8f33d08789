// config.json: the station, its streams and their destinations.

import * as v from 'valibot';
import { mapOf, strictObject } from './strict-object.ts';
import { deidentification } from './deidentification.ts';
import { recipient } from './destination/recipient.ts';
import { senderNode } from './sender-node.ts';
import { stream } from './stream.ts';
import {
  AETitle, amount, bytes, editorSchema, folder, host, key, listOf, memory, name, port, seconds, secret, text, wholeNumber,
  yesOrNo,
} from './values.ts';

const limits = strictObject({
  jobs: v.optional(key(
    wholeNumber(1, 1000), 'Cores that run on a host at the same time, those of all sites together.',
  ), 1),
  memory: v.optional(key(
    memory, 'The memory that the cores running on a host may use together, by the `memory` of each. Left out: no '
    + 'limit.', '48g',
  )),
  cpus: v.optional(key(
    amount(0.01, 4096), 'The CPUs that the cores running on a host may use together. Left out: no limit.', 16,
  )),
  gpus: v.optional(key(
    wholeNumber(0, 64), 'The GPUs of a host that cores may use, each by one core at a time. Left out: those of NVIDIA '
    + 'that the host shows; where it shows none, no limit.', 2,
  )),
  remoteJobs: v.optional(key(
    wholeNumber(1, 10_000), 'Cores that run elsewhere (Slurm, inference servers) at the same time. They use nothing of '
    + 'the limits above.',
  ), 10),
  hostSilentSeconds: v.optional(key(
    seconds(120), 'Of several hosts on one data directory: one whose `run-one-job` has not been heard of for so long '
    + 'counts as dead, and what ran there is started again on another. Left out: never, a person decides by '
    + '`dts jobs cancel`. See "Several hosts" in docs/INTERNALS.md for what that risks.', 900,
  )),
  minFreeBytes: v.optional(key(bytes(0), 'With less free space than this, in bytes, nothing new is begun.'), 2 ** 30),
  minFreePercent: v.optional(key(amount(0, 100), 'The same as a share of the file system, in percent.'), 2),
});

const logDatabase = strictObject({
  host: v.optional(key(host, 'The host of the database.'), 'localhost'),
  port: v.optional(key(port, 'Its port; the usual one of the driver when left out.', 3306)),
  dbname: v.optional(key(text, 'The name of the database. Empty: the entry is not used.', 'dts'), ''),
  driver: v.optional(key(
    text, 'The kind of the database. Empty: mysql. A number, as in the original, means mssql.', 'mysql',
  ), ''),
  dbuser: v.optional(key(text, 'The user.', 'dts'), ''),
  dbpassword: v.optional(key(secret, 'The password, or where it is kept.', { file: '/etc/dts/dbpassword' }), ''),
});

/** The content of config.json. */
export const stationFile = strictObject({
  $schema: editorSchema,
  datadir: v.optional(key(
    folder,
    'The data directory, all of it on one file system. When left out: the one that `arrived` lies in, else DATADIR of '
    + 'receiver.json, else /data.', '/data',
  )),
  arrived: v.optional(key(folder, 'Where arrivals are noted; site/.arrived of the data directory when left out.')),
  raw: v.optional(key(folder, 'Where series are listed; site/raw of the data directory when left out.')),
  archive: v.optional(key(folder, 'Where instances are kept; site/archive of the data directory when left out.')),
  timeout: v.optional(key(seconds(0), 'After so many seconds without a new instance a study is complete.'), 16),
  log: v.optional(key(text, 'Read by the original only: the events of DTS are in the data directory, logs/.')),
  logging: v.optional(key(
    listOf(logDatabase, 'objects'), 'Databases that get a copy of the events.',
    [{ host: 'db.example.org', dbname: 'dts', dbuser: 'dts', dbpassword: { file: '/etc/dts/dbpassword' } }],
  ), []),
  limits: v.optional(key(limits, 'What the station takes upon itself.'), {}),
  participants: v.optional(key(
    yesOrNo, 'Whether site/participants/ lists studies by PatientID. It is the only place where DTS puts patient data '
    + 'into file names.',
  ), true),
  destinations: v.optional(key(
    mapOf(name, recipient), 'Destinations by name, for streams to refer to.',
    { pacs: { AETitle: 'FIONA', IP: 'fiona.ihelse.net', PORT: 104 } },
  ), {}),
  senders: v.optional(key(
    mapOf(AETitle, senderNode),
    'Where destinations of type "sender" send back to, by the AE title that sent the study: a destination, or the name '
    + 'of one. A title may be a glob (`*`, `?`) for several; one that stands there as it is comes first, then globs in '
    + 'their order. Titles, TLS and all else about the node hold as they stand here; the filter, the retry and all '
    + 'else about what is sent, as they stand in the stream.',
    { CT1: { AETitle: 'CT1_STORE', IP: 'ct1.example.org', PORT: 104 }, 'PACS*': 'pacs' },
  ), {}),
  deidentification: v.optional(key(
    deidentification, 'How instances are de-identified on their way to destinations that ask for it.',
  )),
  Streams: v.optional(key(
    listOf(stream, 'streams'), 'The streams. An arrival triggers every stream that wants it.',
  ), []),
});

export type StationFile = v.InferOutput<typeof stationFile>;
