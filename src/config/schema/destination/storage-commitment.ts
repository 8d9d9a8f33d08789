// Whether a DICOM node is asked to commit itself to keep what was stored there, and what is done about its answer.

import * as v from 'valibot';
import { strictObject } from '../strict-object.ts';
import { AETitle, host, key, port, seconds, wholeNumber } from '../values.ts';

const EXPECTED = 'true, false, or an object, { … }';

const details = strictObject({
  AETitle: v.optional(key(AETitle, 'The AE title that commits, where that is another one than stores.', 'ARCHIVE_SC')),
  IP: v.optional(key(host, 'Its address or host name. That of the destination when left out.', 'archive.example.org')),
  PORT: v.optional(key(port, 'Its TCP port. That of the destination when left out.', 11112)),
  waitSeconds: v.optional(key(
    seconds(0), 'How long a report is waited for on the association on which was asked. Most nodes report later, on '
    + 'one that they open to the receiver.',
  ), 2),
  reportWithinSeconds: v.optional(key(
    seconds(1), 'When no report has come within so long, the node is asked again.',
  ), 86_400),
  attempts: v.optional(key(
    wholeNumber(1, 100), 'How often it is asked in all, when no report comes; then the delivery has failed.',
  ), 3),
  resend: v.optional(key(
    wholeNumber(0, 100), 'How often instances that the node does not commit are sent again; then the delivery has '
    + 'failed.',
  ), 1),
});

const yesOrNo = v.pipe(
  v.boolean(EXPECTED), v.transform((yes): false | v.InferOutput<typeof details> => yes && v.parse(details, {})),
);

/** `true` becomes the object with its defaults. */
const either = v.lazy((input): typeof details | typeof yesOrNo => (typeof input === 'object' ? details : yesOrNo));

export const storageCommitment = () => v.optional(key(
  v.pipe(either, v.metadata({ expected: EXPECTED })),
  'Whether the node is asked to commit itself to keep what was stored (Storage Commitment, PS3.4 annex J); the '
  + 'delivery is done only when it has. Its report comes to OwnAETitle, so a receiver must take that title, and the node\'s.',
  true,
), false);
