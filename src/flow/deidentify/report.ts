// The report of a run by hand: a JSON file that is written while the work goes on, however many instances there are.
// One kind goes with the data and holds no original value and no name of a file of the input; the other stays on the
// site and holds both.

import { open, type FileHandle } from 'node:fs/promises';
import { CONFIDENTIALITY_TABLE_SOURCE } from '../../dicom/deidentify/confidentiality-table.ts';
import type { ElementChange } from '../../dicom/deidentify/change.ts';
import { harmlessJson } from '../../job/one-line.ts';

/** Of one instance. */
export interface ReportedInstance {
  /** Below the folder of the run. */
  readonly file: string;
  /** Where it came from, and under which UID: only in the report that stays. */
  readonly input?: string;
  readonly changes: readonly ElementChange[];
}

export class Report {
  readonly #file: FileHandle;
  #instances = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Replaces what is there. @param mode 0600 of one with original values */
  static async begin(path: string, profile: string, options: readonly string[], mode: number): Promise<Report> {
    const file = await open(path, 'w', mode);
    await file.chmod(mode); // of a file that was there already
    const head = JSON.stringify({ profile, options, table: CONFIDENTIALITY_TABLE_SOURCE });
    await file.write(`${head.slice(0, -1)},"instances":[`);
    return new Report(file);
  }

  async add(instance: ReportedInstance): Promise<void> {
    await this.#file.write(`${this.#instances === 0 ? '' : ','}\n${harmlessJson(JSON.stringify(instance))}`);
    this.#instances += 1;
  }

  async end(): Promise<void> {
    await this.#file.write('\n]}\n');
    await this.#file.close();
  }
}
