// A destination of any kind, wherever it stands in config.json: `type` says of which.

import type * as v from 'valibot';
import { byType } from '../by-type.ts';
import { dicomDestination } from './dicom.ts';
import { dicomwebDestination } from './dicomweb.ts';
import { folderDestination } from './folder.ts';
import { senderDestination } from './sender.ts';

export const destination = byType(
  {
    dicom: dicomDestination, dicomweb: dicomwebDestination, folder: folderDestination, sender: senderDestination,
  },
  'dicom', 'a destination, { … }',
);

export type DestinationEntry = v.InferOutput<typeof destination>;
