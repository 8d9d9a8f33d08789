// Where results go, as the station uses it: references followed, defaults filled in. Types only.

import type { StatusPolicy } from '../dicom/status-policy.ts';
import type { CommitmentPolicy } from '../job/commitment.ts';
import type { RetryPolicy } from '../job/retry-clock.ts';
import type { Copies, OnCollision } from './folder-words.ts';
import type { Secret } from './secret.ts';
import type { MorphEntry } from './schema/morph.ts';

/** A place that instances go to, by what `type` says. */
export type Destination = ReachableDestination | SenderDestination;

/** One that is itself a place. */
export type ReachableDestination = DicomDestination | DicomwebDestination | FolderDestination;

/** Several, of which a delivery goes to one. */
export interface DestinationChoice {
  readonly type: 'choice';
  readonly name: string;
  /** In the order in which they are written. */
  readonly oneOf: readonly Destination[];
  /** How long one may be in trouble before the next is taken. */
  readonly failoverAfterSeconds: number;
  readonly filter: DestinationBase['filter'];
  readonly exclude: DestinationBase['exclude'];
  readonly optional: boolean;
  /** Of a delivery that none of them took. */
  readonly retry: RetryPolicy;
}

/** What a stream delivers to, and a delivery is made for. */
export type Recipient = Destination | DestinationChoice;

/** What destinations of every kind have. */
export interface DestinationBase {
  /**
   * Made from what it is when not given: AETitle (and IP, PORT where needed), the host of the url, or the
   * last folder of the root. Equal destinations of several streams share a name.
   */
  readonly name: string;
  /** Any entry may fit; within one, every keyword's glob must. Empty: everything fits. */
  readonly filter: readonly Readonly<Record<string, string>>[];
  /** Name of the profile by which instances are de-identified; absent: they leave as they are. */
  readonly deidentify?: string | undefined;
  /** Written like it: what one of them fits does not go there. */
  readonly exclude: readonly Readonly<Record<string, string>>[];
  /** When deliveries may begin to go there, see job/time-window.ts; absent: always. */
  readonly when?: readonly string[] | undefined;
  /** Whether what is under way when a window closes stops there. */
  readonly stopAtClose: boolean;
  /** Lower first, where there is a choice. */
  readonly cost: number;
  /** Its job is done without it. */
  readonly optional: boolean;
  /** How many deliveries may go there at a time. */
  readonly parallel: number;
  /** What is changed in what goes there, step by step. */
  readonly morph: readonly MorphEntry[];
  readonly retry: RetryPolicy;
}

/** A DICOM node; instances go there by C-STORE. */
export interface DicomDestination extends DestinationBase {
  readonly type: 'dicom';
  readonly AETitle: string;
  readonly IP: string;
  readonly PORT: number;
  readonly OwnAETitle: string;
  /** Absent: without TLS. */
  readonly tls?: DestinationTls | undefined;
  /** UIDs of those in which it is to get instances, best first; absent: whatever it accepts. */
  readonly transferSyntaxes?: readonly string[] | undefined;
  /** What its statuses mean, where the site knows better than the standard. */
  readonly statuses: StatusPolicy;
  /** Absent: what is stored is done. */
  readonly storageCommitment?: StorageCommitment | undefined;
}

/** Who commits itself to keep what was stored, and what is done about its answer. */
export interface StorageCommitment extends CommitmentPolicy {
  readonly AETitle: string;
  readonly IP: string;
  readonly PORT: number;
  /** For a report on the association on which was asked. */
  readonly waitSeconds: number;
}

/** A DICOMweb server; instances go there by STOW-RS. */
export interface DicomwebDestination extends DestinationBase {
  readonly type: 'dicomweb';
  /** Without a `/` at its end. */
  readonly url: string;
  readonly auth?: WebAuth | undefined;
  readonly tls?: DestinationTls | undefined;
  readonly studyInURL: boolean;
  readonly batchBytes: number;
  readonly batchInstances: number;
  /** Of its FailureReason and WarningReason. */
  readonly statuses: StatusPolicy;
}

export type WebAuth = { readonly username: string; readonly password: Secret } | { readonly token: Secret };

/** Paths of PEM files, which are read when they are used; `key` and `cert` both or neither. */
export interface DestinationTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: Secret | undefined;
  readonly serverName?: string | undefined;
}

/** Somebody's folders; instances are put there as files. */
export interface FolderDestination extends DestinationBase {
  readonly type: 'folder';
  /** A template: see src/dicom/template/path-template.ts. */
  readonly path: string;
  /** What of the path is the same for every instance: a folder that must exist. */
  readonly root: string;
  readonly mustContain?: string | undefined;
  readonly onCollision: OnCollision;
  readonly copies: Copies;
  /** Name or number. */
  readonly group?: string | undefined;
  readonly mode: number;
  readonly directoryMode: number;
  readonly sidecar: boolean;
  /** A template. */
  readonly ready?: string | undefined;
}

/** Back to where a study came from: the place that `senders` has for the AE title that sent it, see find-sender.ts. */
export interface SenderDestination extends DestinationBase {
  readonly type: 'sender';
}

/** An entry of `senders`. */
export interface Sender {
  /** An AE title, or a glob for several. */
  readonly AETitle: string;
  readonly destination: ReachableDestination;
}
