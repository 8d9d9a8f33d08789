// A destination that is whoever sent the study: instances go back there.

import * as v from 'valibot';
import { strictObject } from '../strict-object.ts';
import { key } from '../values.ts';
import { everyKind, KINDS } from './every-kind.ts';

export const senderDestination = strictObject({
  type: key(
    v.literal('sender', KINDS),
    'Back to the AE title that sent the study, at the address that `senders` has for it.',
  ),
  ...everyKind(),
});
