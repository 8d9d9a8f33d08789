// When a stream takes a study as complete, and what it does with one that is not, or that goes on after it was.

/** Which arrivals a stream wants. Texts are as the administrator wrote them. */
export interface Trigger {
  /** Patterns, tried from the start of the title. */
  readonly AETitleCalled: string;
  readonly AETitleCaller: string;
  /** CIDR; empty: every address. */
  readonly CallerIP: readonly string[];
  /** Any entry must fit one of the series; empty: every study. */
  readonly match: readonly HeaderPatterns[];
  /** Where any entry fits one of the series, the study is not wanted. */
  readonly exclude: readonly HeaderPatterns[];
}

/** Patterns by DICOM keyword, all of which one series must fit; each is searched in the values of its element. */
export type HeaderPatterns = Readonly<Record<string, string>>;

/** What must be there before a study is complete. */
export interface Expectation {
  /** Names of WHERE clauses; each must fit a series. */
  readonly series: readonly string[];
  /** How many there must be: of the study, of a series of each name, or as the headers say. */
  readonly instances?: number | 'header' | Readonly<Record<string, number>>;
  /** So long after the last instance nothing more is expected. */
  readonly withinSeconds: number;
}

/** What becomes of a study whose time is over and which is not as expected. */
export const ON_INCOMPLETE = ['proceed', 'hold', 'fail'] as const;
export type OnIncomplete = (typeof ON_INCOMPLETE)[number];

/** When a stream without a core lets instances go on to its destinations. */
export const RELAYS = ['when-complete', 'as-they-arrive'] as const;
export type Relay = (typeof RELAYS)[number];

/** What becomes of instances that come when the stream had jobs of their study already. */
export const LATE_ARRIVALS = ['new-job', 'supersede', 'hold'] as const;
export type LateArrivals = (typeof LATE_ARRIVALS)[number];
