// A destination that is a DICOM node: instances go there by C-STORE.

import * as v from 'valibot';
import { strictObject } from '../strict-object.ts';
import { tlsClient } from '../tls-client.ts';
import { AETitle, host, key, port } from '../values.ts';
import { everyKind, KINDS } from './every-kind.ts';
import { statuses } from './statuses.ts';
import { storageCommitment } from './storage-commitment.ts';
import { transferSyntaxes } from './transfer-syntaxes.ts';

export const dicomDestination = strictObject({
  type: v.optional(key(v.literal('dicom', KINDS), 'How the destination is reached: by C-STORE.'), 'dicom'),
  ...everyKind(),
  AETitle: key(AETitle, 'The AE title that is called.', 'FIONA'),
  IP: key(host, 'Its address or host name.', 'fiona.ihelse.net'),
  PORT: key(port, 'Its TCP port.', 104),
  OwnAETitle: v.optional(key(
    AETitle, 'The AE title by which DTS calls. DICOMAETITLE of receiver.json when left out.', 'DTS',
  )),
  tls: v.optional(key(
    tlsClient, 'The node is called over TLS (BCP 195), on the port that it has for that. Left out: without.',
    { ca: '/etc/dts/tls/pacs-ca.pem' },
  )),
  transferSyntaxes,
  statuses: statuses(),
  storageCommitment: storageCommitment(),
});

export type DicomDestinationEntry = v.InferOutput<typeof dicomDestination>;
