// Sends what a delivery has not got a final answer for, and keeps every answer as it comes.

import type { ReachableDestination } from '../../config/destination.ts';
import type { Answer } from '../../job/delivery.ts';
import { isTemporary, type Failure } from '../../job/failure.ts';
import { findAnswers, type StoredDelivery } from '../../spool/delivery-store.ts';
import { LineWriter } from '../../spool/durable-lines.ts';
import { carry, type Carried } from '../carry/carry.ts';
import { isLimitedAt, meaningAt } from './answer-meaning.ts';
import type { SendOptions } from './deliver.ts';
import { prepareInstances } from '../prepare/prepare.ts';
import type { Route } from '../route/route-delivery.ts';
import { windowState } from '../route/window-state.ts';
import type { Station } from '../station.ts';

/** What became of a delivery in one try. */
export interface Sent {
  readonly stored: number;
  /** Instances without a final answer. */
  readonly missing: number;
  /** Why instances, or all, will never be stored. */
  readonly refused: readonly Failure[];
  /** Set where something is missing that a later try may bring. */
  readonly postponed?: Failure;
  /** How often each of what is missing was answered so that it may be for good, at the least; a few times tell. */
  readonly limitedTries?: number;
  /** Set where a person must look before it is tried again. */
  readonly hold?: Failure;
  /** Absent: it was not tried. In trouble: the destination did not work at all; others need not be tried on it now. */
  readonly place?: 'works' | 'in trouble';
  /** Stopped by the caller's signal: nothing is decided. */
  readonly stopped?: boolean;
  /** Stopped since the destination's window has closed. */
  readonly closed?: true;
}

/** Where there is a choice, only what the same destination has answered before counts. */
export async function sendDelivery(
  station: Station, stored: StoredDelivery, { to: destination, choice, despite }: Route, options: SendOptions,
): Promise<Sent> {
  const { delivery, folder } = stored;
  const answers = new Map<string, Answer>();
  const limitedTries = new Map<string, number>();
  const take = (answer: Answer): void => {
    const { SOPInstanceUID } = answer;
    answers.set(SOPInstanceUID, answer);
    if (isLimitedAt(destination, answer)) limitedTries.set(SOPInstanceUID, (limitedTries.get(SOPInstanceUID) ?? 0) + 1);
  };
  const at = choice === undefined ? {} : { destination: destination.name };
  for (const answer of await findAnswers(folder)) {
    if (answer.destination === at.destination) take(answer);
  }
  if (options.absence !== undefined) return judge(stored, { answers, limitedTries }, { failure: options.absence }, destination);
  const kept = await LineWriter.open(folder.answers);
  const keep = (SOPInstanceUID: string, told: { status: number; sentAs?: string } | { failure: Failure }): void => {
    const answer: Answer = { time: station.now().toISOString(), SOPInstanceUID, ...at, ...told };
    kept.append(JSON.stringify(answer));
    take(answer);
  };
  const open = delivery.instances.filter(({ SOPInstanceUID }) => {
    const answer = answers.get(SOPInstanceUID);
    return answer === undefined || meaningAt(destination, answer) === 'retry';
  });

  const closing = new AbortController();
  const mayClose = destination.stopAtClose && despite !== 'window';
  const signal = options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
  let carried: Carried | undefined;
  try {
    const prepared = await prepareInstances(station, stored, destination, open, options.signal);
    if ('stopped' in prepared) return { stored: 0, missing: 0, refused: [], stopped: true };
    if (!('instances' in prepared)) {
      return { stored: delivery.instances.length - open.length, missing: open.length, refused: [], ...prepared };
    }
    const { instances, unfit } = prepared;
    for (const { SOPInstanceUID, failure } of unfit) keep(SOPInstanceUID, { failure });
    const placed = [...answers.values()].flatMap((answer) => ('path' in answer ? answer.path ?? [] : []));
    const shipment = { instances, delivery, placed, scratch: folder.scratch };
    if (instances.length > 0) carried = await carry(station, destination, shipment, {
      answered: async ({ instance, ...answer }) => {
        keep(instance.originalSOPInstanceUID, answer);
        options.answered?.(delivery, answers.size);
        if (mayClose && windowState(station, destination.when)?.isOpen === false) closing.abort();
      },
      signal,
    });
  } finally {
    await kept.close();
  }
  if (carried?.stopped === true && !closing.signal.aborted) return { stored: 0, missing: 0, refused: [], stopped: true };
  const judged = judge(stored, { answers, limitedTries }, carried ?? {}, destination);
  if (carried === undefined) return judged;
  if (carried.stopped === true && judged.missing > 0) return { ...judged, closed: true, place: 'works' };
  return { ...judged, place: carried.failure === undefined || judged.missing === 0 ? 'works' : 'in trouble' };
}

/** By SOPInstanceUID: the last answer, and how many were such that trying again may help or not. */
interface Answered {
  readonly answers: ReadonlyMap<string, Answer>;
  readonly limitedTries: ReadonlyMap<string, number>;
}

function judge(
  { delivery: { instances } }: StoredDelivery, { answers, limitedTries }: Answered,
  { failure: peerFailure, hold }: Carried, destination: ReachableDestination,
): Sent {
  let stored = 0;
  let missing = 0;
  let fewestLimited = Infinity;
  let postponed: Failure | undefined = peerFailure;
  const refused: Failure[] = [];
  for (const { SOPInstanceUID } of instances) {
    const answer = answers.get(SOPInstanceUID);
    if (answer === undefined) {
      missing += 1;
      fewestLimited = 0;
      continue;
    }
    switch (meaningAt(destination, answer)) {
      case 'stored': stored += 1; break;
      case 'refused': refused.push(failureOf(answer)); break;
      case 'retry':
        missing += 1;
        if (!isLimitedAt(destination, answer)) fewestLimited = 0;
        else fewestLimited = Math.min(fewestLimited, limitedTries.get(SOPInstanceUID) ?? 0);
        postponed ??= 'status' in answer
          ? { reason: 'instance-postponed', SOPInstanceUID, status: answer.status } : answer.failure;
        break;
    }
  }
  if (missing === 0) return { stored, missing, refused };
  if (peerFailure !== undefined && hold === true) {
    return { stored, missing, refused, hold: peerFailure };
  }
  if (peerFailure !== undefined && !isTemporary(peerFailure)) {
    return { stored, missing, refused: [peerFailure, ...refused] };
  }
  return {
    stored, missing, refused,
    postponed: postponed ?? { reason: 'peer-aborted', text: 'not every instance was answered' },
    limitedTries: fewestLimited,
  };
}

function failureOf(answer: Answer): Failure {
  if ('failure' in answer) return answer.failure;
  return { reason: 'instance-refused', SOPInstanceUID: answer.SOPInstanceUID, status: answer.status };
}
