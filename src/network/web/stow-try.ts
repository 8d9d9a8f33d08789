// One try to store instances at a DICOMweb server: what is sent in which order, and what follows from each answer.
//
// A request that is refused as a whole is halved until it is known what of it is refused; one that is too much makes
// all that follow smaller.

import type { Failure } from '../../job/failure.ts';
import { parseStowAnswer, type StowAnswer } from './stow-answer.ts';
import { formatStowBody, type PartWording, type StowPart, UnreadableFile } from './stow-body.ts';
import type { StowHooks, StowOutcome } from './stow-outcome.ts';
import type { StowQueue } from './stow-queue.ts';
import { stowStatus } from './stow-status.ts';
import { formatHttpStatus, readWebAnswer, tellWebAnswer, type WebAnswer } from './web-answer.ts';
import type { WebSession } from './web-session.ts';

const JSON_ANSWERS = 'application/dicom+json';
/** What the first servers had. */
const XML_ANSWERS = 'application/dicom+xml';
const NOT_ACCEPTABLE = 406;

const FIRST_WORDING: PartWording = 'with transfer syntax';

/** Set where the try is over, before everything was sent. */
type Step = { readonly ended?: StowOutcome };

/** So many instances in a row may break the server before it is not asked any more: one may be what breaks it. */
const MOST_BREAKING = 3;

export class StowTry {
  readonly #url: string;
  readonly #path: string;
  readonly #session: WebSession;
  readonly #queue: StowQueue;
  readonly #hooks: StowHooks;
  /** Some servers pass over a part that says its transfer syntax, others may take only such. */
  #wording: PartWording = FIRST_WORDING;
  #isWordingKnown = false;
  #accept = JSON_ANSWERS;
  #breaking = 0;
  /** Why an instance has no answer though the server gave one. */
  #unanswered: Failure | undefined;

  constructor(url: string, path: string, session: WebSession, queue: StowQueue, hooks: StowHooks) {
    this.#url = url;
    this.#path = path;
    this.#session = session;
    this.#queue = queue;
    this.#hooks = hooks;
  }

  async storeAll(): Promise<StowOutcome> {
    const isStopped = () => this.#hooks.signal?.aborted === true;
    for (let batch = this.#take(); batch !== undefined; batch = this.#take()) {
      if (isStopped()) return { stopped: true };
      const { ended } = await this.#send(batch);
      if (ended !== undefined) return isStopped() ? { stopped: true } : ended;
    }
    return this.#unanswered === undefined ? {} : { failure: this.#unanswered };
  }

  /** The first goes alone: what the server does not take, or whom, is found out with little. */
  #take(): readonly StowPart[] | undefined {
    return this.#queue.take(!this.#isWordingKnown);
  }

  async #send(batch: readonly StowPart[]): Promise<Step> {
    const request = {
      method: 'POST', path: this.#path, headers: { accept: this.#accept },
      makeBody: () => formatStowBody(batch, this.#wording),
    } as const;
    try {
      const answer = await this.#session.ask(request, readWebAnswer);
      if (!('failure' in answer)) return await this.#judge(batch, answer);
      // Servers may close the connection on what is too much for them, without a word.
      return answer.wasLost && batch.length > 1 ? this.#shrink(batch) : { ended: { failure: answer.failure } };
    } catch (thrown) {
      if (!(thrown instanceof UnreadableFile)) throw thrown;
      await this.#hooks.answered({ instance: thrown.instance, failure: thrown.failure });
      return this.#again(batch.filter(({ instance }) => instance !== thrown.instance));
    }
  }

  async #judge(batch: readonly StowPart[], answer: WebAnswer): Promise<Step> {
    const url = this.#url;
    const text = this.#tell(answer);
    switch (stowStatus(answer.status)) {
      case 'told': return this.#takeTold(batch, answer);
      case 'refused': return this.#takeRefusal(batch, answer);
      case 'too-large': return batch.length > 1 ? this.#shrink(batch) : this.#refuse(batch, answer);
      case 'breaking': {
        if (batch.length > 1) return this.#halve(batch);
        this.#unanswered = { reason: 'web-server-away', url, text };
        return this.#endure(this.#unanswered);
      }
      case 'not-allowed': {
        const answered = `answered ${formatHttpStatus(answer.status)}`; // its words may repeat what we have shown
        return { ended: { failure: { reason: 'web-not-allowed', url, text: answered }, hold: true } };
      }
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
      : `${this.#tell(answer)} and does not say which instances it has stored; look whether url is right`;
    return { ended: { failure: { reason: 'web-server-away', url: this.#url, text } } };
  }

  /** The body may say what of it is refused. */
  async #takeRefusal(batch: readonly StowPart[], answer: WebAnswer): Promise<Step> {
    const told = await parseStowAnswer(answer.text);
    if (told !== undefined && namesAny(told, batch)) return this.#pass(batch, told);
    if (answer.status === NOT_ACCEPTABLE && this.#accept === JSON_ANSWERS) {
      this.#accept = XML_ANSWERS;
      return this.#again(batch);
    }
    return this.#tryOtherWording(batch) ?? this.#refuse(batch, answer);
  }

  async #pass(batch: readonly StowPart[], told: StowAnswer): Promise<Step> {
    this.#isWordingKnown = true;
    this.#breaking = 0;
    for (const part of batch) {
      const { instance } = part;
      const status = told.get(instance.SOPInstanceUID);
      if (status === undefined) this.#queue.sendNext([part]);
      else await this.#hooks.answered({ instance, status });
    }
    return {};
  }

  /** Of what the server says nothing: each is sent once more alone. */
  async #passOver(batch: readonly StowPart[]): Promise<Step> {
    const url = this.#url;
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
    return isFirst ? this.#again(batch) : undefined;
  }

  /** What is refused alone is refused; one of several may be what is refused of them. */
  async #refuse(batch: readonly StowPart[], answer: WebAnswer): Promise<Step> {
    if (batch.length > 1) return this.#halve(batch);
    for (const { instance } of batch) {
      const { SOPInstanceUID } = instance;
      const failure: Failure = { reason: 'web-instance-refused', SOPInstanceUID, text: this.#tell(answer) };
      await this.#hooks.answered({ instance, failure });
    }
    return {};
  }

  /** The others may do better, unless several in a row did not. */
  #endure(failure: Failure): Step {
    this.#breaking += 1;
    return this.#breaking < MOST_BREAKING ? {} : { ended: { failure } };
  }

  #tell(answer: WebAnswer): string {
    return tellWebAnswer(answer, (text) => this.#session.conceal(text));
  }

  #again(batch: readonly StowPart[]): Step {
    this.#queue.sendNext(batch);
    return {};
  }

  #halve(batch: readonly StowPart[]): Step {
    this.#queue.halve(batch);
    return {};
  }

  #shrink(batch: readonly StowPart[]): Step {
    this.#queue.shrink(batch);
    return {};
  }
}

function namesAny(told: StowAnswer, batch: readonly StowPart[]): boolean {
  return batch.some(({ instance }) => told.has(instance.SOPInstanceUID));
}
