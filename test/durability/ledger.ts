// What the senders know: what they have sent whole, and for what they have a Success. The station must not forget the
// second and must not have anything beside the first.

import type { Identity } from './instance.ts';

/** A Success, as its sender remembers it. */
export interface Acknowledgement {
  readonly identity: Identity;
  readonly callingAETitle: string;
  readonly at: Date;
}

/** Everything, or what came since somebody looked last. */
export interface Account {
  readonly StudyInstanceUIDs: ReadonlySet<string>;
  readonly acknowledgements: readonly Acknowledgement[];
}

export class Ledger {
  /** Everything that a receiver may have whole, by the hash of the dataset. */
  readonly sent = new Map<string, Identity>();
  readonly acknowledgements: Acknowledgement[] = [];
  /** Statuses other than Success. */
  readonly refusals: number[] = [];
  /** How many instances were sent whole and not answered. */
  unanswered = 0;
  /** How many were left off in the middle by their sender. */
  cutOff = 0;
  #newStudies = new Set<string>();
  #newFrom = 0;

  /** To be called before the last byte of a dataset is sent. */
  send({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, datasetHash }: Identity): void {
    this.sent.set(datasetHash, { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, datasetHash });
    this.#newStudies.add(StudyInstanceUID);
  }

  acknowledge({ datasetHash, StudyInstanceUID }: Identity, callingAETitle: string): void {
    this.acknowledgements.push({ identity: this.sent.get(datasetHash)!, callingAETitle, at: new Date() });
    this.#newStudies.add(StudyInstanceUID);
  }

  takeNews(): Account {
    const StudyInstanceUIDs = this.#newStudies;
    const acknowledgements = this.acknowledgements.slice(this.#newFrom);
    this.#newStudies = new Set();
    this.#newFrom = this.acknowledgements.length;
    return { StudyInstanceUIDs, acknowledgements };
  }

  everything(): Account {
    const studies = [...this.sent.values()].map(({ StudyInstanceUID }) => StudyInstanceUID);
    return { StudyInstanceUIDs: new Set(studies), acknowledgements: this.acknowledgements };
  }
}
