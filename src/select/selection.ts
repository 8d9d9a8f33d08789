// What a select statement makes of the series of an archive: which WHERE each matched and why, and the jobs.
//
// Plain data, fit to be written as JSON.

import type { ConditionResult } from './evaluate-condition.ts';
import type { Check } from './statement.ts';

/** A series as a job gets it. NameFromSelect is the name of its WHERE, "no-name" where that has none. */
export interface SelectedSeries {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly NameFromSelect: string;
}

/** The series of one job: most instances first, then by StudyInstanceUID and SeriesInstanceUID. */
export type SelectedJob = readonly SelectedSeries[];

/** How one WHERE went on one series; for the short form, how its pattern went on the line that describes the series. */
export type ClauseResult =
  | { readonly kind: 'where'; readonly name: string; readonly holds: boolean; readonly result: ConditionResult }
  | {
      readonly kind: 'glob';
      readonly name: string;
      readonly holds: boolean;
      readonly pattern: string;
      readonly line: string;
    };

/** One series and how every WHERE, in the order of the statement, went on it. */
export interface SeriesTrial {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly PatientID: string;
  readonly NumImages: number;
  readonly Modality: string;
  readonly SeriesNumber: string;
  readonly SeriesDescription: string;
  readonly clauses: readonly ClauseResult[];
}

/** A WHERE by its place in the statement, counted from 1, and its name. */
export interface ClauseName {
  readonly number: number;
  readonly name: string;
}

/** A series that more than one WHERE matched. */
export interface Ambiguity {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly clauses: readonly ClauseName[];
}

/**
 * Why a study, patient or series that matched in part made no job or was left out of one.
 *
 * `clauses-unmatched`: the group ("study 1.2.3", "patient 4711", "project") has no series for each of these WHERE, from
 * the start or, `afterCheck`, because CHECK took them. `no-partner`: CHECK took this series.
 */
export type Omission =
  | {
      readonly reason: 'clauses-unmatched';
      readonly group: string;
      readonly afterCheck: boolean;
      readonly clauses: readonly ClauseName[];
    }
  | {
      readonly reason: 'no-partner';
      readonly StudyInstanceUID: string;
      readonly SeriesInstanceUID: string;
      readonly check: Check;
    };

/** The outcome of a statement. An ambiguous one makes no job at all: nothing is guessed. */
export type Selection =
  | {
      readonly kind: 'jobs';
      readonly trials: readonly SeriesTrial[];
      readonly jobs: readonly SelectedJob[];
      readonly omissions: readonly Omission[];
    }
  | { readonly kind: 'ambiguous'; readonly trials: readonly SeriesTrial[]; readonly ambiguities: readonly Ambiguity[] };
