// Everything that can go wrong with a job or a delivery. What of it is worth another try is said in is-temporary.ts.
//
// A failure is a value with a literal reason and just the data that its message needs. The text is made in
// failure-text.ts. What is not listed here is a bug and thrown.

import type { BurntInKind } from '../dicom/deidentify/options.ts';
import type { Resource } from './core-budget.ts';
import type { Missing } from './missing.ts';

export { isTemporary } from './is-temporary.ts';

/** Something that an administrator may be told about a job or a delivery. */
export type Failure = Fault & {
  /** Where it is about one core of a chain: its place, 1 for the first. */
  readonly core?: number;
};

type Fault =
  // arriving
  | { readonly reason: 'study-incomplete'; readonly missing: readonly Missing[] }
  | { readonly reason: 'arrived-late'; readonly earlier: string }
  | { readonly reason: 'supersede-hindered'; readonly JobId: string; readonly text: string }
  // staging
  | { readonly reason: 'stream-unknown'; readonly stream: string }
  | { readonly reason: 'core-unknown'; readonly stream: string }
  | { readonly reason: 'series-missing'; readonly SeriesInstanceUID: string }
  | { readonly reason: 'selection-ambiguous'; readonly SeriesInstanceUID: string; readonly names: readonly string[] }
  | { readonly reason: 'space-short'; readonly path: string }
  | { readonly reason: 'input-output'; readonly path: string; readonly code: string }
  | { readonly reason: 'file-fault'; readonly path: string; readonly code: string }
  | { readonly reason: 'file-damaged'; readonly path: string; readonly text: string }
  | { readonly reason: 'instance-unreadable'; readonly file: string; readonly text: string }
  | { readonly reason: 'internal-error'; readonly text: string }
  // running
  | { readonly reason: 'command-missing'; readonly stream: string }
  | { readonly reason: 'program-missing'; readonly program: string }
  | { readonly reason: 'runtime-missing'; readonly runtime: string }
  | { readonly reason: 'image-missing'; readonly image: string; readonly runtime: string }
  | {
    readonly reason: 'core-too-large'; readonly resource: Resource; readonly wanted: string; readonly limit: string;
  }
  | { readonly reason: 'core-not-started'; readonly text: string }
  | { readonly reason: 'executor-unavailable'; readonly text: string }
  | { readonly reason: 'program-time'; readonly program: string; readonly timeoutSeconds: number }
  | { readonly reason: 'core-interrupted' }
  | { readonly reason: 'host-silent'; readonly host: string; readonly seconds: number }
  | { readonly reason: 'core-postponed' }
  | { readonly reason: 'core-exit'; readonly exitCode: number; readonly lastLines: readonly string[] }
  | { readonly reason: 'core-signal'; readonly signal: string; readonly lastLines: readonly string[] }
  | { readonly reason: 'core-time'; readonly timeoutSeconds: number }
  | { readonly reason: 'core-output-bytes'; readonly bytes: number; readonly maxBytes: number }
  | { readonly reason: 'slurm-refused'; readonly text: string }
  | { readonly reason: 'slurm-ended'; readonly slurmJobId: string; readonly slurmState: string }
  | { readonly reason: 'slurm-cancelled'; readonly slurmJobId: string }
  | { readonly reason: 'attempts-used'; readonly attempts: number; readonly last: Failure }
  | { readonly reason: 'job-given-up'; readonly afterSeconds: number; readonly last: Failure }
  // running on an inference server
  | { readonly reason: 'inference-server-away'; readonly url: string; readonly text: string }
  | { readonly reason: 'inference-server-refused'; readonly url: string; readonly text: string }
  | { readonly reason: 'inference-model-unknown'; readonly url: string; readonly model: string }
  | { readonly reason: 'inference-task-failed'; readonly url: string; readonly taskId: string; readonly text: string }
  | { readonly reason: 'inference-output-missing'; readonly url: string; readonly taskId: string }
  | { readonly reason: 'inference-result-unusable'; readonly text: string; readonly entry?: string }
  | { readonly reason: 'inference-task-left'; readonly url: string; readonly taskId: string; readonly text: string }
  | { readonly reason: 'submission-uncertain'; readonly url: string; readonly sentAt: string; readonly text: string }
  // validation
  /** Stands behind those that are listed, see told-failures.ts. */
  | { readonly reason: 'more-failures'; readonly others: number }
  | { readonly reason: 'output-nothing' }
  | { readonly reason: 'output-link'; readonly file: string }
  | { readonly reason: 'output-empty'; readonly file: string }
  | { readonly reason: 'output-unreadable'; readonly file: string; readonly text: string }
  | { readonly reason: 'output-missing-attribute'; readonly file: string; readonly keyword: string }
  | { readonly reason: 'output-other-study'; readonly file: string; readonly StudyInstanceUID: string }
  | { readonly reason: 'output-other-patient'; readonly file: string }
  | { readonly reason: 'output-input-series'; readonly file: string; readonly SeriesInstanceUID: string }
  | { readonly reason: 'output-input-instance'; readonly file: string; readonly SOPInstanceUID: string }
  /** `others` is how many more files there are, where not all are named. */
  | { readonly reason: 'output-same-instance'; readonly files: readonly string[]; readonly others?: number;
      readonly SOPInstanceUID: string }
  | { readonly reason: 'output-sop-class'; readonly file: string; readonly SOPClassUID: string }
  | { readonly reason: 'output-bytes'; readonly bytes: number; readonly maxBytes: number }
  | { readonly reason: 'output-instances'; readonly instances: number; readonly maxInstances: number }
  | { readonly reason: 'output-json'; readonly text: string }
  | { readonly reason: 'output-json-missing' }
  /** `at` is a JSON Pointer into output.json, empty for all of it. */
  | { readonly reason: 'output-schema'; readonly at: string; readonly text: string }
  /** `file` is where the schema lies, where it is not in the configuration itself. */
  | { readonly reason: 'schema-unusable'; readonly file?: string; readonly text: string }
  | { readonly reason: 'output-too-few'; readonly instances: number; readonly minInstances: number }
  | ({ readonly reason: 'output-expected'; readonly instances: number } & ExpectedInstances)
  /** `sequence` is the keyword or tag of that around it, `others` how many more of the file's references are so. */
  | { readonly reason: 'output-reference'; readonly file: string; readonly SOPInstanceUID: string;
      readonly sequence: string; readonly others: number }
  | { readonly reason: 'steering-invalid'; readonly text: string }
  | { readonly reason: 'steering-not-allowed'; readonly word: string; readonly stream: string }
  | { readonly reason: 'steering-destination'; readonly destination: string; readonly stream: string;
      readonly known: readonly string[] }
  | { readonly reason: 'steering-not-last' }
  | { readonly reason: 'result-missing'; readonly path: string }
  // delivery
  | { readonly reason: 'destination-unknown'; readonly destination: string }
  | { readonly reason: 'sender-unknown'; readonly AETitle: string }
  | { readonly reason: 'peer-unreachable'; readonly address: string; readonly text: string }
  /** Our own files of TLS. */
  | { readonly reason: 'tls-unusable'; readonly text: string }
  /** What the peer shows or wants; `text` completes "the peer …". */
  | { readonly reason: 'tls-refused'; readonly address: string; readonly text: string }
  | { readonly reason: 'peer-rejected'; readonly permanent: boolean; readonly text: string }
  | { readonly reason: 'peer-aborted'; readonly text: string }
  | { readonly reason: 'peer-silent'; readonly seconds: number }
  /** `proposed` and `accepted` are transfer syntaxes, in vain for this instance, and for others of its SOP Class. */
  | { readonly reason: 'context-refused'; readonly SOPClassUID: string; readonly TransferSyntaxUID: string;
      readonly proposed?: readonly string[]; readonly accepted?: readonly string[]; readonly classRefused?: boolean }
  | { readonly reason: 'transfer-syntax-unwanted'; readonly TransferSyntaxUID: string; readonly wanted: readonly string[] }
  | { readonly reason: 'instance-inconvertible'; readonly file: string; readonly TransferSyntaxUID: string;
      readonly to: string; readonly text: string }
  | { readonly reason: 'instance-refused'; readonly SOPInstanceUID: string; readonly status: number }
  | { readonly reason: 'instance-postponed'; readonly SOPInstanceUID: string; readonly status: number }
  | { readonly reason: 'secret-missing'; readonly text: string }
  /** `text` completes "the server …" in these. */
  | { readonly reason: 'web-server-away'; readonly url: string; readonly text: string }
  /** `afterSeconds` is what the server asks for. */
  | { readonly reason: 'web-server-busy'; readonly url: string; readonly text: string; readonly afterSeconds?: number }
  | { readonly reason: 'web-not-allowed'; readonly url: string; readonly text: string }
  /** It was sent alone, and the answer does not name it. */
  | { readonly reason: 'web-instance-untold'; readonly url: string; readonly SOPInstanceUID: string }
  | { readonly reason: 'web-instance-refused'; readonly SOPInstanceUID: string; readonly text: string }
  // storage commitment
  | { readonly reason: 'commitment-unsupported'; readonly AETitle: string; readonly address: string }
  | { readonly reason: 'commitment-refused'; readonly status: number }
  /** `FailureReason` is the peer's; absent where it reported and said nothing of this instance. */
  | { readonly reason: 'instance-not-committed'; readonly SOPInstanceUID: string; readonly TransactionUID: string;
      readonly FailureReason?: number }
  /** `tries` is how often it was asked. */
  | { readonly reason: 'commitment-not-reported'; readonly instances: number; readonly tries: number;
      readonly withinSeconds: number }
  /** `step` counts from 1 in `morph` of the destination; no value stands in `text`. */
  | { readonly reason: 'morph-impossible'; readonly SOPInstanceUID: string; readonly destination: string;
      readonly step: number; readonly element: string; readonly text: string }
  /** `others` is how many more instances of the delivery would leave so. */
  | { readonly reason: 'prepared-same-instance'; readonly SOPInstanceUID: string; readonly leavesAs: string;
      readonly others: number }
  /** A profile whose key or table cannot be read, or that is not configured any more. */
  | { readonly reason: 'profile-unusable'; readonly profile: string; readonly text: string }
  /** SOPInstanceUIDs; `others` is how many more there are, where not all are named. */
  | { readonly reason: 'burnt-in-held'; readonly profile: string; readonly kinds: readonly BurntInKind[];
      readonly instances: readonly string[]; readonly others?: number }
  | { readonly reason: 'burnt-in-refused'; readonly SOPInstanceUID: string; readonly kind: BurntInKind }
  | { readonly reason: 'burnt-in-left-out'; readonly SOPInstanceUID: string; readonly kind: BurntInKind }
  | { readonly reason: 'patient-unlisted'; readonly profile: string; readonly SOPInstanceUID: string }
  | { readonly reason: 'pseudonym-unknown'; readonly profile: string; readonly StudyInstanceUID: string }
  | { readonly reason: 'not-reidentified'; readonly SOPInstanceUID: string; readonly text: string }
  // delivery to a folder
  | { readonly reason: 'folder-missing'; readonly path: string }
  /** `name` is what must be in it, see `mustContain`. */
  | { readonly reason: 'folder-unmarked'; readonly path: string; readonly name: string }
  | { readonly reason: 'folder-forbidden'; readonly path: string; readonly code: string }
  | { readonly reason: 'folder-group'; readonly group: string; readonly text: string }
  /** `name` is that of a file that describes what is there, or says that it is. */
  | { readonly reason: 'folder-note-hindered'; readonly path: string; readonly name: string }
  /** `at` is the part of the path as it is configured, for the path itself may tell of a patient. */
  | { readonly reason: 'place-taken'; readonly SOPInstanceUID: string; readonly at: string }
  | { readonly reason: 'place-blocked'; readonly SOPInstanceUID: string; readonly at: string; readonly by: string }
  | { readonly reason: 'place-too-long'; readonly SOPInstanceUID: string; readonly at: string }
  | { readonly reason: 'delivery-missing'; readonly DeliveryId: string }
  | { readonly reason: 'delivery-given-up'; readonly afterSeconds: number; readonly last: Failure }
  | { readonly reason: 'delivery-failed'; readonly DeliveryId: string; readonly first: Failure };

/** Instances of a kind, and how many of them there must be. */
export interface ExpectedInstances {
  readonly SOPClassUID?: string | undefined;
  readonly Modality?: string | undefined;
  readonly min: number;
  readonly max?: number | undefined;
}

/** Whether a temporary failure is that of a core that did run, so that its attempts say how often it may happen. */
export function usesUpAttempt({ reason }: Failure): boolean {
  return reason === 'core-postponed' || reason === 'core-interrupted';
}
