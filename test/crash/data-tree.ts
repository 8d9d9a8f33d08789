// Accounts for every path of a data directory at rest: what it is, or that nobody knows.

import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { hasCode } from '../../src/spool/error-code.ts';

const UID = '[0-9.]+';
const JOB = String.raw`\d{8}T\d{9}Z-\w+-[0-9a-f]{8}`;
const DELIVERY = String.raw`${JOB}-\w+-[0-9a-f]{8}`;
const ENDED_JOB = `jobs/done/${JOB}`;
/** Of a later core of a chain, too. */
const ENDED_CORE = `${ENDED_JOB}(/cores/\\d+)?`;
const ENDED_DELIVERY = `outbox/done/${DELIVERY}`;

/** What executors keep of an attempt. */
const ATTEMPT_FILE = '((stdout|stderr|slurm)\\.log|claim|exit-status|collected|(container|slurm)\\.json|start\\.lock|'
  + '(batch|core)\\.sh)';

/** What belongs to a station at rest whose jobs have all ended well. */
const STATE = [
  'site', `site/\\.relayed(/${UID}(/\\w+\\.jsonl)?)?`, 'site/(\\.arrived|\\.claimed|\\.receiving|archive|raw|participants|temp)',
  `site/archive/scp_${UID}(/${UID}\\.dcm)?`,
  `site/raw/${UID}(/(${UID}\\.json|data\\.json|arrivals\\.jsonl|${UID}(/${UID})?))?`,
  'site/participants/[^/]+(/[^/]+)?',
  'jobs', 'jobs/(\\.making|pending|staged|running|ran|validated|forwarding|done)',
  `${ENDED_JOB}(/(job|core|attempt|result|deliveries)\\.json)?`,
  `${ENDED_JOB}/cores(/\\d+)?`,
  `${ENDED_CORE}/data(/input(/${UID}\\.dcm)?|/descr\\.json|/input_view_dicom_series(/.*)?)?`,
  `${ENDED_CORE}/data/(mercure(/[\\w.#-]+)?|previous(/[\\w.-]+)?)`,
  `${ENDED_CORE}/output(/[\\w.-]+)?`,
  `${ENDED_JOB}/result(/${UID}\\.dcm)?`,
  `${ENDED_JOB}/attempts(/\\d+(/${ATTEMPT_FILE})?)?`,
  'locks/hosts(/[^/]+)?',
  'jobs/\\.queue(/compared|/(pending|forwarding)(/\\w+(/(due|later))?)?)?',
  'outbox', 'outbox/(\\.making|\\.places|pending|done)',
  `${ENDED_DELIVERY}/prepared(/\\w+(/report\\.jsonl)?)?`,
  'outbox/confirming', 'commitment', 'commitment/(\\.swept|asked|reported)', `commitment/asked/${UID}\\.json`,
  `${ENDED_DELIVERY}/transaction\\.json`,
  `${ENDED_DELIVERY}(/(delivery\\.json|answers\\.jsonl|instances(/${UID}\\.dcm)?))?`,
  'images', 'images/[^/]+(/\\w+\\.\\d\\.json)?',
  'locks', 'logs', 'logs/events-\\d{4}-\\d\\d-\\d\\d\\.jsonl', 'rejected',
].map((pattern) => new RegExp(`^(${pattern})$`));

/** What a killed process may leave that nothing reads: swept by age, harmless until then. */
const LEFTOVER = /(^|\/)\.writing-[^/]+$|^site\/\.receiving\/[^/]+$|\/attempts\/\d+\/(claim|container\.json|slurm\.json)\.[^/]+$/;

/** The lock of a lease, who owns it, and who is just taking it over. */
const LEASE = /^locks\/([^/]+)\.(lock|owner|replacing)$/;

export interface DataTree {
  /** Paths that no rule knows, and links that lead nowhere. */
  readonly strangers: readonly string[];
  readonly leftovers: readonly string[];
  /** Names of leases of which anything is there. */
  readonly leases: readonly string[];
}

export async function readDataTree(datadir: string): Promise<DataTree> {
  const strangers: string[] = [];
  const leftovers: string[] = [];
  const leases = new Set<string>();
  for (const path of await pathsBelow(datadir)) {
    const lease = LEASE.exec(path)?.[1];
    if (lease !== undefined) leases.add(lease);
    else if (LEFTOVER.test(path)) leftovers.push(path);
    else if (!STATE.some((known) => known.test(path))) strangers.push(path);
    else if (!await leadsSomewhere(join(datadir, path))) strangers.push(`${path}, a link to nothing`);
  }
  return { strangers, leftovers, leases: [...leases] };
}

/** Every path below a folder, relative to it. */
export async function pathsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

async function leadsSomewhere(path: string): Promise<boolean> {
  try {
    await stat(await realpath(path));
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
