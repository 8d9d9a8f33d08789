// What is submitted to Slurm: the few lines of POSIX shell that stand between Slurm and a core on a node.
//
// They claim the attempt, so that it runs once even if Slurm has the job twice or begins it again; run the core
// (core-script.ts); end with it whatever it started; and write down how it ended where every host of the station finds
// it. The same text for every core: Slurm keeps it, and others may read it there. Arguments: the folder of the attempt,
// the token of the submission, JobId and number of the attempt. Needs coreutils and grep on the node.

/** How often a node looks whether the attempt was given up. Another attempt is begun a minute later at the earliest. */
const LOOK_SECONDS = 10;
/** Time that a core has after SIGTERM; sites give batch jobs 30 s in all (KillWait) unless they have changed that. */
const GRACE_TENTHS = 80;

export const BATCH_SCRIPT = `#!/bin/sh
# Runs one attempt of a core of the Data Transfer Station.
umask 027
folder=$1 token=$2 job=$3 attempt=$4
cd "$folder" || exit 1
grep -q "$token" slurm.json || exit 0 # the attempt was begun anew without this submission

# Complete and on disk under a name of its own first: a claim is there as a whole or not at all.
claim="{\\"slurmJobId\\":\\"$SLURM_JOB_ID\\",\\"restarts\\":\${SLURM_RESTART_COUNT:-0},\\"node\\":\\"$(uname -n)\\"}"
printf '%s\\n' "$claim" > "claim.$SLURM_JOB_ID" && sync "claim.$SLURM_JOB_ID" || exit 1

# The commit point. Read back, since a file server's answer to ln may be lost, and a second try would then find it made.
ln "claim.$SLURM_JOB_ID" claim 2> /dev/null
rm -f "claim.$SLURM_JOB_ID"
[ "$(cat claim)" = "$claim" ] || exit 0 # another runs it, or it was cancelled, or it was begun before
sync .

# Every process of the core carries its marker, also one that has left its session and its parents. A dying one may
# have started another.
end_core() {
  for round in 1 2 3 4 5 6 7 8 9; do
    left=$(grep -lzxF -e "DTS_JOB_ID=$job" /proc/[0-9]*/environ 2> /dev/null |
      xargs -r grep -lzxF -e "DTS_ATTEMPT=$attempt" 2> /dev/null | cut -d / -f 3)
    [ -n "$left" ] || return 0
    kill -KILL $left 2> /dev/null
    sleep 0.1
  done
}

# Slurm sends SIGTERM to all of them, at the time limit and when the job is cancelled, and SIGKILL some time after.
stopping() {
  stopped=yes
  tenths=0
  while [ -e "/proc/$core/exe" ] && [ "$tenths" -lt ${GRACE_TENTHS} ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  end_core
}

stopped=no
trap stopping TERM
/bin/sh ./core.sh < /dev/null > stdout.log 2> stderr.log &
core=$!

# A node that Slurm has lost goes on; the station then begins another attempt, into whose output this one must not write.
# Should this script be killed, the core is not to go on either: then nobody would write down how it ended.
while sleep ${LOOK_SECONDS}; do
  kill -0 $$ 2> /dev/null || { end_core; exit; }
  [ ! -e collected ] || kill -TERM "$core" $$
done &
watch=$!

wait "$core"
status=$?
# A wait that the trap has cut off tells nothing of the core.
if [ "$stopped" = yes ]; then
  wait "$core"
  again=$?
  [ "$again" -eq 127 ] || status=$again
fi
kill "$watch"
end_core
if [ "$stopped" = yes ]; then
  status="$status stopped"
elif [ -e out-of-memory ]; then
  status="$status out-of-memory"
fi

# What the core has written reaches the file server before the status that vouches for it. The commit point is mv.
printf '%s\\n' "$status" > exit-status.writing && sync -f exit-status.writing && mv exit-status.writing exit-status
sync .
`;
