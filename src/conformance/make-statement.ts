// Makes docs/CONFORMANCE.md, the DICOM conformance statement (PS3.2): our sentences around the tables that the code
// works with, so that the one cannot say what the other does not do.

import { characterSets } from './character-sets.ts';
import { networkAndConfiguration } from './configuration.ts';
import { forwardAE } from './forward-ae.ts';
import { implementationModel } from './implementation-model.ts';
import { overview } from './overview.ts';
import { receiveAE } from './receive-ae.ts';
import { annexes, media, security } from './security.ts';
import { webUserAgent } from './web-user-agent.ts';

export function makeStatement(): string {
  return [
    overview(), implementationModel(), receiveAE(), forwardAE(), webUserAgent(),
    networkAndConfiguration(), media(), characterSets(),
    security(), annexes(),
  ].join('\n');
}
