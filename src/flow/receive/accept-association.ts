// Decides who may open an association: by address, by titles, and by whether what would come can be taken in. Who is a
// stranger hears so for good, everybody else that a later try may succeed.

import type { Receiver } from '../../config/configuration.ts';
import { compilePattern } from '../../config/python-pattern.ts';
import { type Rejection, rejectCalledAETitle, rejectCaller, rejectForNow } from '../../network/rejection.ts';
import type { StorePeer } from '../../network/store-hooks.ts';
import { codeOf } from '../../spool/error-code.ts';
import type { FreeSpace } from '../../spool/free-space.ts';
import { fitsMarkName } from '../../spool/mark-name.ts';
import type { ReceivingSwitch } from '../../spool/receiving-switch.ts';
import { makeAddressTest } from '../arrival/address-test.ts';

/** @returns undefined where the association is accepted */
export type AcceptAssociation = (peer: StorePeer) => Promise<Rejection | undefined>;

/** What it depends on. */
export interface Acceptance {
  readonly accept: Receiver['accept'];
  readonly space: Pick<FreeSpace, 'isShort'>;
  readonly receivingSwitch: Pick<ReceivingSwitch, 'isOff'>;
}

/** Reads the patterns and address ranges once. They are those of a configuration without a problem; others throw. */
export function makeAcceptAssociation({ accept, space, receivingSwitch }: Acceptance): AcceptAssociation {
  const isCaller = makeTitleTest(accept.callingAETitles);
  const isCalled = makeTitleTest(accept.calledAETitles);
  const isFromHere = makeAddressTest(accept.callerIPs);

  return async (peer) => {
    const { callingAETitle, calledAETitle, address } = peer;
    if (!isFromHere(address)) return rejectCaller(`address ${address} is not among accept.callerIPs`);
    if (!isCalled(calledAETitle)) {
      return rejectCalledAETitle(`called AE title ${calledAETitle} is not among accept.calledAETitles`);
    }
    if (!isCaller(callingAETitle)) {
      return rejectCaller(`calling AE title ${callingAETitle} is not among accept.callingAETitles`);
    }
    if (!fitsMarkName(peer)) return rejectCaller(`calling AE title ${callingAETitle} makes too long a file name`);
    if (receivingSwitch.isOff) return rejectForNow('receiving is switched off');
    return rejectForDisk(space);
  };
}

function rejectForDisk(space: Acceptance['space']): Rejection | undefined {
  try {
    return space.isShort() ? rejectForNow('less space is free than the limits want') : undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return rejectForNow(`the archive cannot be written: ${code}`);
  }
}

/** Whether a title fits one of the patterns, each tried from its start; no pattern lets all through. */
function makeTitleTest(patterns: readonly string[]): (title: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const compiled = compilePattern(pattern);
    if (compiled.kind === 'problem') throw new Error(`the pattern ${pattern} was never checked: ${compiled.message}`);
    return compiled.expression;
  });
  return (title) => expressions.length === 0 || expressions.some((expression) => expression.test(title));
}
