// The few lines of POSIX shell that stand between the station and a core that runs as a process.
//
// They claim the attempt, run the core and write down how it ended, long after the command that started them is gone.
// A shell is kept for that since it costs a twentieth of a Node.js process. The command of the core reaches it as
// arguments and is never read as shell text. Working folder: the attempt's. Needs coreutils' sync, ln, mv, nice.

import type { AttemptClaim } from './claim.ts';

/** File sizes are counted in these by `ulimit -f` (POSIX). */
const BLOCK_BYTES = 512;

const SCRIPT = `
umask 027
place=$1 blocks=$2 output=$3
shift 3

# The start time is field 22 of stat(5), the 20th behind the name of the program, which may hold anything.
start_time() { shift 19; echo "$1"; }
read -r stat < /proc/$$/stat
start=$(start_time \${stat##*) })

# Complete and on disk under a name of its own first: a claim is there as a whole or not at all.
printf '{"pid":%s,"startTime":%s,%s}\\n' "$$" "$start" "$place" > "claim.$$" && sync "claim.$$" || exit 1

# The commit point. Where another has the claim, nothing is run.
ln "claim.$$" claim 2> /dev/null
claimed=$?
rm -f "claim.$$"
[ "$claimed" -eq 0 ] || exit 0
sync .

# Tells whoever started this that the claim is made: the end of file on descriptor 3.
exec 3>&-

# Short of memory, the kernel is to take the core and not the receiver.
{ echo 500 > /proc/self/oom_score_adj; } 2> /dev/null

# The group gets its signals as a whole. The shell outlives the polite ones, to write down how the core took them;
# a trap, unlike ignoring, is not handed on to the core.
trap : TERM INT HUP

# One file may not be larger than all output together; a lower limit that is set already stays.
# Background work: it gives way to the receiver. Files the core names without a folder are output.
( ulimit -f "$blocks" 2> /dev/null; cd "$output" && exec nice -n 10 "$@" )
status=$?

# What the core has written reaches the disk before the status that vouches for it. The commit point is mv.
printf '%s\\n' "$status" > exit-status.writing && sync -f exit-status.writing && mv exit-status.writing exit-status
`;

/** The arguments of /bin/sh that make it the wrapper of a core. */
export function wrapperArguments(
  place: Pick<AttemptClaim, 'host' | 'bootId'>,
  outputFolder: string,
  maxFileBytes: number,
  command: readonly string[],
): string[] {
  const members = JSON.stringify(place).slice(1, -1);
  return ['-c', SCRIPT, 'dts-core', members, String(Math.ceil(maxFileBytes / BLOCK_BYTES)), outputFolder, ...command];
}
