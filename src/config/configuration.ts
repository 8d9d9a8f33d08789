// The effective configuration: all files read, defaults filled in, names resolved. What the rest of the station sees.

import type { Expectation, LateArrivals, OnIncomplete, Relay, Trigger } from './arrival-policy.ts';
import type { CoreSpecification } from './core-specification.ts';
import type { Deidentification } from './deidentification.ts';
import type { Destination, DestinationChoice, Recipient, Sender } from './destination.ts';
import type { Secret } from './secret.ts';
import type { SteeringWord } from './steering-words.ts';

/** A configuration without a problem. Texts are as the administrator wrote them; paths are absolute. */
export interface Configuration {
  /** The site that it is for; absent for the station itself. */
  readonly site?: string;
  /** The directory that it was read from. */
  readonly directory: string;
  /** The files that were there, by their absolute paths; for the others the defaults hold. */
  readonly files: readonly string[];
  readonly datadir: string;
  /** The station's and those of its sites, each once. All are one host's: what spares it is counted over all of them. */
  readonly datadirs: readonly string[];
  /** Set where the site put them elsewhere than below `datadir`. */
  readonly folders: { readonly arrived?: string; readonly raw?: string; readonly archive?: string };
  readonly receiver: Receiver;
  /** Quiet time after which an arrival is complete. */
  readonly timeoutSeconds: number;
  readonly limits: Limits;
  /** Whether site/participants/ is kept. */
  readonly participants: boolean;
  /** Databases that get a copy of the events. */
  readonly logging: readonly LogDatabase[];
  /** Every destination once, also those that no stream uses, and those that are chosen among. */
  readonly destinations: readonly Destination[];
  readonly choices: readonly DestinationChoice[];
  /** In the order in which they are looked at. */
  readonly senders: readonly Sender[];
  readonly streams: readonly Stream[];
  /** Absent: nothing is ever de-identified. */
  readonly deidentification?: Deidentification;
}

/** What the station takes upon itself. What is absent is not limited. */
export interface Limits {
  /** Cores that run on a host at a time. */
  readonly jobs: number;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly gpus?: number;
  /** Cores that run elsewhere at a time. */
  readonly remoteJobs: number;
  /** A host that has been silent for longer counts as dead; absent: never. */
  readonly hostSilentSeconds?: number;
  readonly minFreeBytes: number;
  readonly minFreePercent: number;
}

/** An entry of `logging` that names a database. */
export interface LogDatabase {
  readonly host: string;
  /** Undefined: the usual one of the driver. */
  readonly port?: number | undefined;
  readonly dbname: string;
  readonly driver: string;
  readonly dbuser: string;
  readonly dbpassword: Secret;
}

/** One listening address. */
export interface Receiver {
  readonly address: string;
  readonly port: number;
  readonly AETitle: string;
  readonly datadir: string;
  /** An IANA name, such as Europe/Copenhagen. */
  readonly timezone: string;
  readonly accept: {
    /** Patterns as in stream triggers; empty accepts every title. */
    readonly calledAETitles: readonly string[];
    readonly callingAETitles: readonly string[];
    /** CIDR; empty accepts every address. */
    readonly callerIPs: readonly string[];
  };
  readonly limits: ReceiverLimits;
  /** Private SOP Classes accepted beside those of the standard. */
  readonly sopClasses: readonly string[];
  readonly acceptUnknownSOPClasses: boolean;
  /** Absent: nothing listens for TLS. */
  readonly tls?: ReceiverTls;
  /** Further receivers by name. A site has none of its own. */
  readonly sites: Readonly<Record<string, SiteReceiver>>;
}

/** A second port of a receiver, for TLS only. Paths of PEM files, which are read when they are used. */
export interface ReceiverTls {
  readonly port: number;
  readonly key: string;
  /** Of the private key, where it is encrypted. */
  readonly passphrase?: Secret;
  readonly cert: string;
  /** There where a client certificate is required. */
  readonly ca?: string;
  readonly requireClientCertificate: boolean;
}

/** Where a site listens, whom it lets in and where it keeps what comes. */
export type SiteReceiver = Pick<Receiver, 'address' | 'port' | 'AETitle' | 'datadir' | 'accept' | 'tls'>;

export interface ReceiverLimits {
  readonly associations: number;
  readonly pduLength: number;
  readonly objectBytes: number;
  readonly idleSeconds: number;
  readonly artimSeconds: number;
  readonly minFreeBytes: number;
  readonly minFreePercent: number;
}

/** A processing stream: what triggers it, what is done, where the result goes. */
export interface Stream {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly trigger: Trigger;
  /** Whose jobs come first. */
  readonly priority: Priority;
  /** When its cores may start, see job/time-window.ts; absent: always. */
  readonly when?: readonly string[];
  /** The stream's own quiet time; undefined: that of the configuration. */
  readonly timeoutSeconds?: number;
  /** Absent: the quiet time alone decides. */
  readonly expect?: Expectation;
  readonly onIncomplete: OnIncomplete;
  readonly lateArrivals: LateArrivals;
  /** Of one without cores. */
  readonly relay: Relay;
  readonly studyActions: readonly Action[];
  readonly seriesActions: readonly Action[];
  /** The output of one is the input of the next. Empty: the stream relays what it received. */
  readonly cores: readonly CoreSpecification[];
  readonly destinations: readonly Recipient[];
  /** Name of the profile whose pseudonyms are put back into what the stream delivers; absent: none. */
  readonly reidentify?: string;
  /** What a result may ask for. */
  readonly steering: readonly SteeringWord[];
}

export type Priority = 'urgent' | 'normal' | 'offpeak';

export type Action =
  /** `cmd` with its placeholders; runs without a shell. */
  | { readonly type: 'exec'; readonly cmd: readonly string[] }
  | { readonly type: 'send'; readonly destination: string }
  | { readonly type: 'job' };
