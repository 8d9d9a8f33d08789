// Stores instances at a DICOMweb server by STOW-RS (PS3.18 section 10.5), the bytes of each file as they lie on disk.
//
// Promises: exactly one answer for each instance that the server told of, or that it will not take; none for the
// others, which are the caller's to send again. An instance counts as stored only where the answer names it. Memory
// does not grow with the files. A request that is refused as a whole is halved until it is known what of it is refused.
// Never judges a status, converts nothing, follows no redirection.

import type { Failure } from '../../job/failure.ts';
import type { InstanceToSend } from '../store-scu.ts';
import { parseStowAnswer, type StowAnswer } from './stow-answer.ts';
import { type BatchLimits, measurePart, takeBatch } from './stow-batches.ts';
import { formatStowBody, type PartWording, type StowPart, UnreadableFile } from './stow-body.ts';
import { stowStatus } from './stow-status.ts';
import { readWebAnswer, tellWebAnswer, type WebAnswer } from './web-answer.ts';
import type { WebPeer } from './web-peer.ts';
import { WebSession } from './web-session.ts';

export interface StowOptions {
  readonly limits: BatchLimits;
  /** Part of the address, where the server is to be told; all instances are of that study then. */
  readonly StudyInstanceUID?: string;
}

/** What became of one instance: a status as of C-STORE, or why there is none. */
export type StowResult =
  | { readonly instance: InstanceToSend; readonly status: number }
  | { readonly instance: InstanceToSend; readonly failure: Failure };

export interface StowHooks {
  /** Told of each of a request's instances before the next request is begun. What it throws is thrown. */
  answered(result: StowResult): Promise<void>;
  /** Ends at once, in the middle of an instance too. */
  readonly signal?: AbortSignal | undefined;
}

/** How it ended: nothing set: every instance has its answer. `hold`: the failure does not pass by itself. */
export interface StowOutcome {
  readonly failure?: Failure;
  readonly hold?: true;
  readonly stopped?: true;
}

const JSON_ANSWERS = 'application/dicom+json';
/** What the first servers had. */
const XML_ANSWERS = 'application/dicom+xml';
const NOT_ACCEPTABLE = 406;

const FIRST_WORDING: PartWording = 'with transfer syntax';

export async function storeOverWeb(
  peer: WebPeer, instances: readonly InstanceToSend[], options: StowOptions, hooks: StowHooks,
): Promise<StowOutcome> {
  const session = await WebSession.open(peer, hooks.signal);
  if ('failure' in session) return session;
  try {
    return await new Stow(peer, session, options, hooks).storeAll(instances);
  } finally {
    session.close();
  }
}

/** Set where the try is over, before everything was sent. */
type Step = { readonly ended?: StowOutcome };

/** So many instances in a row may break the server before nobody asks it any more: one of them may be what breaks it. */
const MOST_BREAKING = 3;

/** One try. */
class Stow {
  readonly #peer: WebPeer;
  readonly #session: WebSession;
  readonly #path: string;
  readonly #hooks: StowHooks;
  #limits: BatchLimits;
  /** What is still to be sent: in requests that are cut already, then the rest. */
  readonly #cut: (readonly StowPart[])[] = [];
  readonly #waiting: StowPart[] = [];
  /** Some servers pass over a part that says its transfer syntax, others may take only such. */
  #wording: PartWording = FIRST_WORDING;
  #isWordingKnown = false;
  #accept = JSON_ANSWERS;
  #breaking = 0;
  /** Why an instance has no answer though the server gave one. */
  #unanswered: Failure | undefined;

  constructor(peer: WebPeer, session: WebSession, { limits, StudyInstanceUID }: StowOptions, hooks: StowHooks) {
    this.#peer = peer;
    this.#session = session;
    this.#path = StudyInstanceUID === undefined ? '/studies' : `/studies/${StudyInstanceUID}`;
    this.#hooks = hooks;
    this.#limits = limits;
  }

  async storeAll(instances: readonly InstanceToSend[]): Promise<StowOutcome> {
    for (const instance of instances) {
      const part = measurePart(instance);
      if ('failure' in part) await this.#hooks.answered({ instance, ...part });
      else this.#waiting.push(part);
    }
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      const { ended } = isAborted(this.#hooks) ? { ended: {} } : await this.#store(batch);
      if (ended !== undefined) return isAborted(this.#hooks) ? { stopped: true } : ended;
    }
    return this.#unanswered === undefined ? {} : { failure: this.#unanswered };
  }

  /** The first goes alone: what the server does not take, or whom, is found out with little. */
  #next(): readonly StowPart[] {
    const limits = this.#isWordingKnown ? this.#limits : { ...this.#limits, instances: 1 };
    return this.#cut.shift() ?? takeBatch(this.#waiting, limits);
  }

  async #store(batch: readonly StowPart[]): Promise<Step> {
    const request = {
      method: 'POST', path: this.#path, headers: { accept: this.#accept },
      makeBody: () => formatStowBody(batch, this.#wording),
    } as const;
    try {
      const answer = await this.#session.ask(request, readWebAnswer);
      if (!('failure' in answer)) return await this.#take(batch, answer);
      // Servers may close the connection on what is too much for them, without a word.
      return answer.wasLost && batch.length > 1 ? this.#shrink(batch) : { ended: { failure: answer.failure } };
    } catch (thrown) {
      if (!(thrown instanceof UnreadableFile)) throw thrown;
      await this.#hooks.answered({ instance: thrown.instance, failure: thrown.failure });
      return this.#sendNext(batch.filter(({ instance }) => instance !== thrown.instance));
    }
  }

  async #take(batch: readonly StowPart[], answer: WebAnswer): Promise<Step> {
    const { url } = this.#peer;
    const text = tellWebAnswer(answer);
    switch (stowStatus(answer.status)) {
      case 'told': return this.#takeTold(batch, answer);
      case 'refused': return this.#takeRefusal(batch, answer);
      case 'too-large': return batch.length > 1 ? this.#shrink(batch) : this.#refuse(batch, answer);
      case 'breaking': {
        if (batch.length > 1) return this.#halve(batch);
        this.#unanswered = { reason: 'web-server-away', url, text };
        return this.#endure(this.#unanswered);
      }
      case 'not-allowed': return { ended: { failure: { reason: 'web-not-allowed', url, text }, hold: true } };
      case 'away': return { ended: { failure: { reason: 'web-server-away', url, text } } };
      case 'busy': {
        const { retryAfterSeconds: afterSeconds } = answer;
        const asked = afterSeconds === undefined ? {} : { afterSeconds };
        return { ended: { failure: { reason: 'web-server-busy', url, text, ...asked } } };
      }
    }
  }

  async #takeTold(batch: readonly StowPart[], answer: WebAnswer): Promise<Step> {
    const told = await parseStowAnswer(answer.text);
    if (told !== undefined) {
      return namesAny(told, batch) ? this.#pass(batch, told) : this.#tryOtherWording(batch) ?? this.#passOver(batch);
    }
    if (answer.status === 409) return this.#refuse(batch, answer);
    const text = answer.isTooLong ? 'sends an answer without end'
      : `${tellWebAnswer(answer)} and does not say which instances it has stored; look whether url is right`;
    return { ended: { failure: { reason: 'web-server-away', url: this.#peer.url, text } } };
  }

  /** The body may say what of it is refused. */
  async #takeRefusal(batch: readonly StowPart[], answer: WebAnswer): Promise<Step> {
    const told = await parseStowAnswer(answer.text);
    if (told !== undefined && namesAny(told, batch)) return this.#pass(batch, told);
    if (answer.status === NOT_ACCEPTABLE && this.#accept === JSON_ANSWERS) {
      this.#accept = XML_ANSWERS;
      return this.#sendNext(batch);
    }
    return this.#tryOtherWording(batch) ?? this.#refuse(batch, answer);
  }

  async #pass(batch: readonly StowPart[], told: StowAnswer): Promise<Step> {
    this.#isWordingKnown = true;
    this.#breaking = 0;
    for (const part of batch) {
      const { instance } = part;
      const status = told.get(instance.SOPInstanceUID);
      if (status === undefined) this.#sendNext([part]);
      else await this.#hooks.answered({ instance, status });
    }
    return {};
  }

  /** Of what the server says nothing: each is sent once more alone. */
  async #passOver(batch: readonly StowPart[]): Promise<Step> {
    const { url } = this.#peer;
    const [only] = batch;
    if (batch.length > 1 || only === undefined) return this.#halve(batch);
    const { instance } = only;
    const failure: Failure = { reason: 'web-instance-untold', url, SOPInstanceUID: instance.SOPInstanceUID };
    await this.#hooks.answered({ instance, failure });
    return this.#endure(failure);
  }

  /** Sends the batch in the wording in which it was not sent yet. */
  #tryOtherWording(batch: readonly StowPart[]): Step | undefined {
    if (this.#isWordingKnown) return undefined;
    const isFirst = this.#wording === FIRST_WORDING;
    this.#wording = isFirst ? 'bare' : FIRST_WORDING;
    return isFirst ? this.#sendNext(batch) : undefined;
  }

  /** What is refused alone is refused; one of several may be what is refused of them. */
  async #refuse(batch: readonly StowPart[], answer: WebAnswer): Promise<Step> {
    if (batch.length > 1) return this.#halve(batch);
    for (const { instance } of batch) {
      const { SOPInstanceUID } = instance;
      const failure: Failure = { reason: 'web-instance-refused', SOPInstanceUID, text: tellWebAnswer(answer) };
      await this.#hooks.answered({ instance, failure });
    }
    return {};
  }

  /** The others may do better, unless several in a row did not. */
  #endure(failure: Failure): Step {
    this.#breaking += 1;
    return this.#breaking < MOST_BREAKING ? {} : { ended: { failure } };
  }

  #halve(batch: readonly StowPart[]): Step {
    const half = Math.ceil(batch.length / 2);
    this.#cut.unshift(batch.slice(0, half), batch.slice(half));
    return {};
  }

  #sendNext(batch: readonly StowPart[]): Step {
    if (batch.length > 0) this.#cut.unshift(batch);
    return {};
  }

  /** Smaller requests from now on, these first. */
  #shrink(batch: readonly StowPart[]): Step {
    const bytes = batch.reduce((sum, part) => sum + part.bytes, 0);
    this.#limits = { bytes: Math.ceil(bytes / 2), instances: Math.ceil(batch.length / 2) };
    this.#waiting.unshift(...batch, ...this.#cut.splice(0).flat());
    return {};
  }
}

function isAborted({ signal }: StowHooks): boolean {
  return signal?.aborted === true;
}

function namesAny(told: StowAnswer, batch: readonly StowPart[]): boolean {
  return batch.some(({ instance }) => told.has(instance.SOPInstanceUID));
}
