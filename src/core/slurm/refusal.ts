// What it means that sbatch did not submit a job. Slurm tells it in words only; these are those of its source
// (slurm_errno.c), the same for many years.

export type Refusal =
  /** Nothing is submitted, nor will be without a change to the configuration or the cluster. */
  | 'lasting'
  /** Nothing is submitted; a later try may succeed. */
  | 'temporary'
  /** The job may have been taken all the same. */
  | 'unclear';

/** Trouble between sbatch, the lock and the controller: it may have come after the controller had taken the job. */
const UNCLEAR = new RegExp([
  'timed out', 'contact slurm controller', 'zero bytes', 'connection', 'communication', 'entire message', 'shutdown',
  'unexpected message', 'standby', 'socket', 'received message', 'lock file',
].join('|'), 'i');

/** Limits and conditions that pass by themselves, and trouble of the cluster that its administrators will mend. */
const TEMPORARY = new RegExp([
  'try again', 'not available now', 'inactive or drain', 'accounting/QOS policy', 'breached', 'presently disabled',
  'temporarily', 'maintenance', 'authenticat', 'munge', 'credential', 'internal error', 'unable to connect to database',
  'I/O error', 'being set', 'configuration source', 'not usable now', 'insufficient priority',
].join('|'), 'i');

/** @param words what sbatch said */
export function refusalOf(words: string): Refusal {
  if (words === '' || UNCLEAR.test(words)) return 'unclear';
  return TEMPORARY.test(words) ? 'temporary' : 'lasting';
}
