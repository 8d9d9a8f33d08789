// Loads the configuration: finds its directory, reads its files, checks every key and everything between them, fills in
// the defaults.
//
// Promises either a configuration without a problem or every problem at once. Never writes, never asks the network,
// never reads a secret.

import { checkDestinationAccess } from './check-destination-access.ts';
import { checkFingerprintPatterns, checkFingerprints } from './check-fingerprints.ts';
import { checkInferenceServers } from './check-inference-servers.ts';
import { checkLimits } from './check-limits.ts';
import { checkChoices } from './check-choices.ts';
import { checkSenders } from './check-senders.ts';
import { checkRelay } from './check-relay.ts';
import { checkStreams } from './check-streams.ts';
import { checkTls } from './check-tls.ts';
import type { Configuration } from './configuration.ts';
import { findDirectory } from './find-directory.ts';
import type { FingerprintStream } from './fingerprint-stream.ts';
import {
  ALL_FILE_NAMES, type AnyFileName, type ConfigurationNote, type ConfigurationProblem, FILE_NAMES, type Finding,
  RULES_FILE,
} from './finding.ts';
import type { JsonText } from './jsonc.ts';
import { locate } from './locate.ts';
import { findNotes } from './notes.ts';
import { type ConfigurationFiles, readFiles } from './read-files.ts';
import { type FingerprintFiles, readFingerprints } from './read-fingerprints.ts';
import { type ConfigurationContents, resolveConfiguration, resolveSite } from './resolve.ts';
import { receiverFile } from './schema/receiver-file.ts';
import { type CoreEntry, statementsFile } from './schema/statements-file.ts';
import { stationFile } from './schema/station-file.ts';
import { MISSING_KEY, validateFile } from './schema/validate-file.ts';

/** What loading a configuration ends with. */
export type LoadedConfiguration =
  | UsableConfiguration
  /** At least one, in the order of the files and of their text. */
  | { readonly problems: readonly ConfigurationProblem[] };

/** A configuration without a problem. */
export interface UsableConfiguration {
  readonly configuration: Configuration;
  readonly notes: readonly ConfigurationNote[];
  /** The configuration as it holds for a site; undefined where there is none of that name. */
  findSite(name: string): Configuration | undefined;
}

export interface LoadOptions {
  /**
   * `later` leaves select statements, filters, triggers by header and classification rules unchecked, which saves the tens of milliseconds
   * that their languages take to load. For ticks that may find nothing to do; one that finds something to do loads
   * again, in full, before it touches anything.
   */
  readonly selection: 'now' | 'later';
}

/**
 * Loads the configuration.
 * @param directory as `--config` names it; without it, find-directory.ts says which.
 */
export async function loadConfiguration(
  directory?: string, options: LoadOptions = { selection: 'now' },
): Promise<LoadedConfiguration> {
  const found = findDirectory(directory);
  if ('message' in found) return { problems: [found] };
  const isWanted = (name: string) => options.selection === 'now' || name !== RULES_FILE;
  const files = readFiles(found.directory, found.names.filter(isWanted));
  const fingerprints = readFingerprints(found.directory, found.names);
  if ('message' in fingerprints) return { problems: [fingerprints] };
  const checked = await checkFiles(files, fingerprints, options);
  const isError = ({ level }: Finding) => level === 'error';
  const located = new Map<string, JsonText>([
    ...ALL_FILE_NAMES.map((name) => [name, files[name]] as const),
    ...fingerprints.files.map(({ file, json }) => [file, json] as const),
  ]);
  const problems = locate(checked.findings.filter(isError), located, found.directory);
  if (problems.length > 0 || checked.contents === undefined) return { problems };
  const { contents } = checked;
  const resolved = resolveConfiguration(contents);
  const tooLarge = checkLimits(resolved.streams, resolved.limits, files['select_statements.json'].value);
  if (tooLarge.length > 0) return { problems: locate(tooLarge, located, found.directory) };
  const notes = [...checked.findings, ...findNotes(contents, resolved)];
  const origin = {
    directory: found.directory,
    files: [
      ...ALL_FILE_NAMES.flatMap((name) => files[name].path ?? []),
      ...fingerprints.files.flatMap(({ json }) => json.path ?? []),
    ],
  };
  return {
    configuration: { ...origin, ...resolved },
    notes: locate(notes, located, found.directory),
    findSite(name) {
      const ofSite = resolveSite(contents, name);
      return ofSite === undefined ? undefined : { ...origin, ...ofSite };
    },
  };
}

interface CheckedFiles {
  /** Absent where there is an error. */
  readonly contents?: ConfigurationContents;
  readonly findings: readonly Finding[];
}

async function checkFiles(
  files: ConfigurationFiles, fingerprints: FingerprintFiles, options: LoadOptions,
): Promise<CheckedFiles> {
  const receiver = validateFile('receiver.json', receiverFile, files['receiver.json'].value);
  const station = validateFile('config.json', stationFile, files['config.json'].value);
  const statements = validateFile('select_statements.json', statementsFile, files['select_statements.json'].value);
  const ofFingerprints = checkFingerprints(fingerprints, files['config.json'].value);
  const findings = [
    ...ALL_FILE_NAMES.flatMap((file) => syntaxFindings(file, files[file])),
    ...[receiver, station, statements].flatMap((checked) => ('findings' in checked ? checked.findings : []))
      // A syntax error swallows what follows it, which is then not missing.
      .filter(({ file, message }) => message !== MISSING_KEY || faultsOf(files, file).length === 0),
    ...ofFingerprints.findings,
    ...(options.selection === 'now' ? await checkSelection(files, fingerprints) : []),
  ];
  if (FILE_NAMES.every((file) => files[file].faults.length === 0)) {
    findings.push(
      ...checkTls(files['receiver.json'].value),
      ...checkDestinationAccess(files['config.json'].value),
      ...checkInferenceServers(files['select_statements.json'].value),
      ...checkStreams(files['config.json'].value, files['select_statements.json'].value),
      ...checkRelay(files['config.json'].value, files['select_statements.json'].value),
      ...checkChoices(files['config.json'].value),
      ...checkSenders(files['config.json'].value),
    );
  }
  if (findings.some(({ level }) => level === 'error')) return { findings };
  if ('findings' in receiver || 'findings' in station || 'findings' in statements) return { findings };
  const written = { receiver: receiver.content, station: station.content, statements: statements.content };
  return { contents: withFingerprints(written, ofFingerprints.streams), findings };
}

/** Their streams come behind those of config.json. */
function withFingerprints(
  { receiver, station, statements }: ConfigurationContents, fingerprints: readonly FingerprintStream[],
): ConfigurationContents {
  const cores = fingerprints.map(({ stream, core }): [string, CoreEntry[]] => [stream.name, [core]]);
  return {
    receiver,
    station: { ...station, Streams: [...station.Streams, ...fingerprints.map(({ stream }) => stream)] },
    statements: { ...statements, ...Object.fromEntries(cores) },
  };
}

function faultsOf(files: ConfigurationFiles, file: string): JsonText['faults'] {
  return (files as Readonly<Record<string, JsonText>>)[file]?.faults ?? [];
}

async function checkSelection(files: ConfigurationFiles, fingerprints: FingerprintFiles): Promise<Finding[]> {
  const [
    { checkStatements }, { checkOutputs }, { checkFilters }, { checkArrivalPolicy }, { checkClassifyRules },
    { checkMorph }, { classesOf, readOwnClasses }, { checkDeidentification }, { checkFolderPaths },
    { checkTransferSyntaxes },
  ] = await Promise.all([
    import('./check-statements.ts'), import('./check-outputs.ts'), import('./check-filters.ts'),
    import('./check-arrival-policy.ts'), import('./check-classify-rules.ts'), import('./check-morph.ts'),
    import('./classes-of.ts'), import('./check-deidentification.ts'), import('./check-folder-paths.ts'),
    import('./check-transfer-syntaxes.ts'),
  ]);
  const rules = files[RULES_FILE];
  const hasRules = rules.path !== undefined && rules.faults.length === 0;
  const classes = rules.path === undefined ? await readOwnClasses() : classesOf(rules.value);
  return [
    ...await checkStatements(files['select_statements.json'].value, classes),
    ...await checkOutputs(files['select_statements.json'].value),
    ...await checkFilters(files['config.json'].value),
    ...await checkDeidentification(files['config.json'].value),
    ...await checkMorph(files['config.json'].value),
    ...await checkFolderPaths(files['config.json'].value),
    ...checkTransferSyntaxes(files['config.json'].value),
    ...await checkArrivalPolicy(files['config.json'].value, files['select_statements.json'].value),
    ...(hasRules ? await checkClassifyRules(rules.value) : []),
    ...await checkFingerprintPatterns(fingerprints),
  ];
}

function syntaxFindings(file: AnyFileName, { faults }: JsonText): Finding[] {
  return faults.map(({ characterOfFile, message }) => {
    return { level: 'error', file, path: [], at: { characterOfFile }, message };
  });
}
