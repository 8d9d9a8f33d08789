// A destination of any kind, wherever it stands in config.json: `type` says of which.

import type * as v from 'valibot';
import { byType } from '../by-type.ts';
import { dicomDestination } from './dicom.ts';
import { dicomwebDestination } from './dicomweb.ts';
import { senderDestination } from './sender.ts';

export const destination = byType(
  { dicom: dicomDestination, dicomweb: dicomwebDestination, sender: senderDestination },
  'dicom', 'a destination, { … }',
);

export type DestinationEntry = v.InferOutput<typeof destination>;
