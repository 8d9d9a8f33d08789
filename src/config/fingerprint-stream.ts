// A fingerprint as what it means here: a stream that is triggered by series, whoever sent them, and its core.

import * as v from 'valibot';
import type { HeaderPatterns } from './arrival-policy.ts';
import type { Fingerprint, OldestFingerprint } from './schema/fingerprint.ts';
import { type CoreEntry, core } from './schema/statements-file.ts';
import { type StreamEntry, stream } from './schema/stream.ts';

export interface FingerprintStream {
  readonly stream: StreamEntry;
  readonly core: CoreEntry;
}

/** Fits everything, also what has no value: as good as none. */
const FITS_ALL = /^\^?(?:\.\*\??)?\$?$/;
/** Python's way to say never, and so in these files. */
const FITS_NOTHING = 'a^';
const ANYTHING = '*';

/**
 * @param name that of the file without its ending
 * @param ca used where the fingerprint names none
 */
export function makeFingerprintStream(
  name: string, content: Fingerprint | OldestFingerprint, ca: string | undefined,
): FingerprintStream {
  const { enabled, inference_server_url: url, model_human_readable_id: model, inferenceServer } = content;
  const trust = ca === undefined || new URL(url).protocol !== 'https:' ? {} : { ca };
  return {
    // Through the schemas, for all that fingerprints say nothing of.
    stream: v.parse(stream, {
      name, enabled,
      description: `fingerprint for ${model}`,
      trigger: 'modality' in content ? triggerOfOldest(content) : triggerOf(content),
      'trigger-series': [{ type: 'job' }],
      destination: scusOf(content).map(({ scu_ae_title, scu_ip, scu_port }) => {
        return { AETitle: scu_ae_title, IP: scu_ip, PORT: scu_port };
      }),
    }),
    core: v.parse(core, { inferenceServer: { ...trust, ...inferenceServer, url, model } }),
  };
}

/** As config.json has it: nothing stands for everything. */
interface HeaderTrigger {
  readonly match?: HeaderPatterns[];
  readonly exclude?: HeaderPatterns[];
}

function triggerOf(content: Fingerprint): HeaderTrigger {
  const { exclude_regex: exclude } = content;
  const wanted = Object.entries(patternsOf(content)).filter(([, pattern]) => !FITS_ALL.test(pattern))
    .map(([keyword, pattern]) => [keyword, anyCase(pattern)]);
  return {
    ...(wanted.length === 0 ? {} : { match: [Object.fromEntries(wanted) as HeaderPatterns] }),
    ...(exclude === FITS_NOTHING ? {}
      : { exclude: Object.keys(patternsOf(content)).map((keyword) => ({ [keyword]: anyCase(exclude) })) }),
  };
}

/** By the keywords in which they are searched. */
function patternsOf(content: Fingerprint): Readonly<Record<string, string>> {
  return {
    Modality: content.modality_regex,
    SeriesDescription: content.series_description_regex,
    StudyDescription: content.study_description_regex,
    SOPClassUID: content.sop_class_uid_regex,
  };
}

/** In front of what the pattern itself says there. */
function anyCase(pattern: string): string {
  return `(?i)${pattern}`;
}

function triggerOfOldest({ modality, study_description_keywords: keywords }: OldestFingerprint): HeaderTrigger {
  const ofModality: HeaderPatterns = modality === ANYTHING ? {} : { Modality: `^${literal(modality)}$` };
  const isAny = keywords.some((keyword) => FITS_ALL.test(keyword) || keyword === ANYTHING);
  if (isAny) return modality === ANYTHING ? {} : { match: [ofModality] };
  return { match: keywords.map((keyword) => ({ ...ofModality, StudyDescription: literal(keyword) })) };
}

/** A pattern for just this text. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

type Scu = Fingerprint['scus'][number];

function scusOf(content: Fingerprint | OldestFingerprint): Scu[] {
  if (!('modality' in content)) return content.scus;
  const { scu_ip, scu_port, scu_ae_title, scus } = content;
  if (scu_ip === undefined || scu_port === undefined || scu_ae_title === undefined) return scus;
  return [{ scu_ip, scu_port, scu_ae_title }, ...scus];
}
