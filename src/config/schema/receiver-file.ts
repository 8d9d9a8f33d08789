// receiver.json: where DTS listens and whom it lets in.

import * as v from 'valibot';
import { tls } from './receiver-tls.ts';
import { mapOf, strictObject } from './strict-object.ts';
import {
  addressRange, AETitle, amount, bytes, editorSchema, folder, host, key, listOf, name, pattern, port, seconds, text,
  timezone, uid, wholeNumber, yesOrNo,
} from './values.ts';

/** Registered for DICOM (PS3.8 section 9.1.1). */
export const DICOM_PORT = 11112;

const accept = strictObject({
  calledAETitles: v.optional(key(
    listOf(pattern, 'patterns'),
    'Patterns of the AE titles by which DTS may be called. Empty: by any.', ['^AICORE1$'],
  ), []),
  callingAETitles: v.optional(key(
    listOf(pattern, 'patterns'), 'Patterns of the AE titles that may call. Empty: any.', ['^PACS', '^CT[0-9]+$'],
  ), []),
  callerIPs: v.optional(key(
    listOf(addressRange, 'addresses'),
    'Addresses from which DTS may be called. Empty: from any.', ['10.1.0.0/16', '10.2.3.4'],
  ), []),
});

/** What a site leaves out is as the receiver has it, save TLS: no two receivers can share a port. */
const site = strictObject({
  DICOMIP: v.optional(key(host, 'The address that this site listens on; that of the receiver when left out.')),
  DICOMPORT: v.optional(key(port, 'The port that this site listens on; that of the receiver when left out.', 11113)),
  DICOMAETITLE: v.optional(key(AETitle, 'The AE title of this site; that of the receiver when left out.', 'PROJ')),
  DATADIR: v.optional(key(
    folder, 'The data directory of this site; that of the station when left out.', '/data/proj',
  )),
  accept: v.optional(key(
    strictObject({
      calledAETitles: v.optional(accept.entries.calledAETitles.wrapped),
      callingAETitles: v.optional(accept.entries.callingAETitles.wrapped),
      callerIPs: v.optional(accept.entries.callerIPs.wrapped),
    }),
    'Who may call this site, and by which name. Of what is left out, that of the receiver holds.',
  )),
  tls: v.optional(key(tls, 'A port of this site for DICOM over TLS. Nothing given: it has none.')),
});

const limits = strictObject({
  associations: v.optional(key(
    wholeNumber(1, 1000), 'Associations open at the same time. Further callers are asked to try later.',
  ), 32),
  pduLength: v.optional(key(
    wholeNumber(4096, 1_048_576, 'bytes'), 'The longest PDU, in bytes, that peers are told to send.',
  ), 131_072),
  objectBytes: v.optional(key(bytes(1), 'The largest instance that is taken, in bytes.'), 4 * 2 ** 30),
  idleSeconds: v.optional(key(
    seconds(1), 'An association on which nothing happens for so long is aborted. Scanners pause for minutes.',
  ), 600),
  artimSeconds: v.optional(key(
    seconds(1), 'A connection that has not asked for an association by then is closed (PS3.8 section 9.1.5, ARTIM).',
  ), 30),
  minFreeBytes: v.optional(key(
    bytes(0), 'With less free space than this nothing is taken in. That of config.json when left out.', 2 ** 30,
  )),
  minFreePercent: v.optional(key(
    amount(0, 100), 'The same as a share of the file system, in percent. That of config.json when left out.', 2,
  )),
});

/** The content of receiver.json. */
export const receiverFile = strictObject({
  $schema: editorSchema,
  DICOMIP: v.optional(key(
    host,
    'The address that DTS listens on. `localhost` stands, as in the original, for every address of this machine; '
    + '`127.0.0.1` keeps callers from outside away.', '10.1.2.3',
  ), '0.0.0.0'),
  DICOMPORT: v.optional(key(
    port, 'The TCP port that DTS listens on. Ports below 1024 need rights of their own.',
  ), DICOM_PORT),
  DICOMAETITLE: v.optional(key(AETitle, 'The AE title of DTS itself, by which it calls others.'), 'DTS'),
  DATADIR: v.optional(key(
    folder,
    'The data directory. That of config.json when left out; both should name the same. A file `config/enabled` in it that '
    + 'holds `0` switches receiving off until it is removed, without a restart: senders are asked to try later.', '/data',
  )),
  LOCALTIMEZONE: v.optional(key(
    timezone, 'The time zone of times of day. That of this machine when left out.', 'Europe/Copenhagen',
  )),
  tls: v.optional(key(
    tls, 'A second port, for DICOM over TLS (1.2 or later, suites of BCP 195), beside the one without. '
    + 'Nothing given: there is none.',
  )),
  LOGDIR: v.optional(key(text, 'Read by the original only: the events of DTS are in the data directory, logs/.')),
  SITES: v.optional(key(
    mapOf(name, site), 'Further receivers by name, each started with `dts receive NAME`. One that has a data directory '
    + 'of its own needs `scan-arrived`, `run-one-job` and `forward` of its own, too, with `--site NAME`: '
    + 'crontab/dts.crontab shows how. Everything else in the configuration holds for all of them.',
    { PROJ: { DICOMPORT: 11113, DATADIR: '/data/proj' } },
  ), {}),
  accept: v.optional(key(accept, 'Who may call, and by which name. Nothing given: everybody, by any.'), {}),
  limits: v.optional(key(limits, 'What one receiver takes upon itself.'), {}),
  sopClasses: v.optional(key(
    listOf(uid, 'UIDs'), 'Private SOP Classes to take in beside those of the standard.', ['1.3.12.2.1107.5.9.1'],
  ), []),
  acceptUnknownSOPClasses: v.optional(key(yesOrNo, 'Whether to take in every SOP Class whatever.'), false),
});

export type ReceiverFile = v.InferOutput<typeof receiverFile>;
