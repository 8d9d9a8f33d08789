// A destination that is a DICOMweb server: instances go there by STOW-RS.

import * as v from 'valibot';
import type { WebAuth } from '../../destination.ts';
import { strictObject } from '../strict-object.ts';
import { tlsClient } from '../tls-client.ts';
import { bytes, httpAddress, key, nonEmptyText, secret, wholeNumber, yesOrNo } from '../values.ts';
import { everyKind, KINDS } from './every-kind.ts';
import { statuses } from './statuses.ts';

const USER_OR_TOKEN = '{"username": "…", "password": …} or {"token": …}';
const auth = v.pipe(
  strictObject({
    username: v.optional(key(nonEmptyText, 'The user, for HTTP Basic authentication.', 'dts')),
    password: v.optional(key(secret, 'That user\'s password.', { file: '/etc/dts/pacs-password' })),
    token: v.optional(key(secret, 'A bearer token, instead of a user.', { file: '/etc/dts/pacs-token' })),
    allowPlainHTTP: v.optional(key(
      yesOrNo, 'Whether they may be sent to an address that begins with http://, where anybody on the way can read '
      + 'them.',
    ), false),
  }),
  v.check(({ username, password, token }) => {
    return (username === undefined) === (password === undefined) && (username === undefined) !== (token === undefined);
  }, USER_OR_TOKEN),
  v.transform(({ username = '', password = '', token }): WebAuth => {
    return token === undefined ? { username, password } : { token };
  }),
);

export const dicomwebDestination = strictObject({
  type: key(v.literal('dicomweb', KINDS), 'How the destination is reached: by DICOMweb (STOW-RS), see '
    + 'docs/dicomweb-and-tls.md.'),
  ...everyKind(),
  url: key(
    v.pipe(httpAddress, v.transform((url) => url.replace(/\/+$/, ''))),
    'The address of its DICOMweb service, to which `/studies` is appended.', 'https://pacs.hospital.example/dicom-web',
  ),
  auth: v.optional(key(auth, 'What is shown with each request. Read anew for each try, so that it can be renewed.')),
  tls: v.optional(key(tlsClient, 'Whom to trust at an address that begins with https://, and what to show there.')),
  studyInURL: v.optional(key(
    yesOrNo, 'Whether instances go to `/studies/<StudyInstanceUID>`, for servers that want it so, and not to '
    + '`/studies`.',
  ), false),
  batchBytes: v.optional(key(
    bytes(1), 'How long a request may be, if it holds more than one instance. A server that takes less says so, and '
    + 'gets less.',
  ), 64 * 1024 * 1024),
  batchInstances: v.optional(key(wholeNumber(1, 10_000), 'How many instances a request may hold.'), 100),
  statuses: statuses(),
});

export type DicomwebDestinationEntry = v.InferOutput<typeof dicomwebDestination>;
