// A metric as monitoring systems know it, and the text in which they read it (Prometheus text exposition format 0.0.4).

/** One value of a metric; labels tell those of one metric apart. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric<Facts> {
  /** With its unit at the end, as the naming rules of Prometheus have it. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Of a station or site; none where it has no such thing. */
  samples(facts: Facts): readonly Sample[];
}

/** Every metric with the samples of all stations; one that has none is left out. All are gauges. */
export function formatMetrics<Facts>(metrics: readonly Metric<Facts>[], all: readonly Facts[]): string {
  return metrics.flatMap(({ name, help, samples }) => {
    const lines = all.flatMap((facts) => samples(facts)).map((sample) => `${name}${formatSample(sample)}\n`);
    return lines.length === 0 ? [] : [`# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} gauge\n`, ...lines];
  }).join('');
}

function formatSample({ labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escapeLabel(text)}"`);
  return `{${pairs.join(',')}} ${value}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
