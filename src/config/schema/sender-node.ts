// What an entry of `senders` may be: a DICOM node, or the name of a destination. A node of another kind is told so, and not
// each key that it lacks.

import * as v from 'valibot';
import { dicomDestination } from './destination/dicom.ts';
import { name, text } from './values.ts';

const NODE = '"dicom" here; for another kind, the name of one in `destinations`';
/** Fits nothing that is checked by it. */
const ofAnotherKind = v.object({ type: v.pipe(text, v.check(() => false, NODE)) }) as unknown as typeof dicomDestination;

const either = v.lazy((input): typeof name | typeof dicomDestination => {
  if (typeof input === 'string') return name;
  const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : 'dicom';
  return type === 'dicom' ? dicomDestination : ofAnotherKind;
});

export const senderNode = v.pipe(
  either, v.metadata({ expected: 'a destination of type "dicom", or the name of a destination' }),
);
