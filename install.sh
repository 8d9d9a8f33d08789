#!/usr/bin/env bash
# Tries, tests or installs the Data Transfer Station; `./install.sh --help` says how.
#
# Promises: every step may be repeated, and a second run changes nothing. The program is swapped as a whole: PREFIX is a
# link to a directory in PREFIX-versions, changed by one rename. What already runs goes on in its own version, because
# Node.js resolves the link once, when it starts; so a tick never meets half of one program and half of another.
# Never: overwrites a configuration file, touches what others wrote in a crontab, changes owners below the data
# directory's first level, removes data, runs an install script of a package.

set -euo pipefail
umask 022
cd "$(dirname "$(readlink -f "$0")")"

readonly NODE_WANTED=20.19
readonly PROGRAM_FILES=(
  bin config crontab dist docs install.sh package.json package-lock.json README.md NEWS.md LICENSE
)

# Real parts that the tests use: package, one of its commands (or the path of a file), what for.
readonly PEERS=(
  'dcmtk storescu senders, destinations and a judge of DICOM files'
  'libgdcm-tools gdcmconv JPEG 2000, and a second judge of compressed images'
  'orthanc Orthanc a PACS'
  'orthanc-dicomweb /usr/share/orthanc/plugins/libOrthancDicomWeb.so its DICOMweb server'
  'openssl openssl keys and certificates, and clients that DICOM over TLS must refuse'
  'podman podman containers for cores'
  'uidmap newuidmap containers without root'
  'runc runc the container runtime that also works where cgroups are restricted'
  'busybox-static busybox an image made without a registry'
  'cron cron the real crontab'
  'util-linux flock cron locks, and other users for the installation tests'
  'procps pgrep looking for processes'
  'mount mount disks that are small, or lose their power'
  'e2fsprogs mkfs.ext4 the file system on them'
  'strace strace the order of system calls'
  'slurm-wlm sbatch a cluster of one node'
  'slurmctld slurmctld its controller'
  'slurmd slurmd its node'
  'munge munged who speaks to it'
  'slurmdbd slurmdbd its accounts'
  'mariadb-server mariadbd where they are kept'
)

mode=install
prefix=/opt/dts
datadir=/data
config=/etc/dts
user=dts
bindir=/usr/local/bin
with_crontab=yes
dry_run=no
scratch=
staged=

main() {
  parse_options "$@"
  scratch=$(mktemp -d)
  trap clear_up EXIT
  case $mode in
    demo) run_demo ;;
    test) run_tests ;;
    install) install_station ;;
    uninstall) uninstall_station ;;
  esac
}

show_help() {
  cat <<'HELP'
Usage: ./install.sh --demo | --test
       sudo ./install.sh [OPTION]...

  --demo           try it: build here, run the main job once on this machine; needs no root, installs nothing
  --test           build here and run all tests; as root, installs the missing peers first (Debian, Ubuntu)
  (neither)        install or upgrade for real: program, user, data directory, configuration, crontab; then `dts check`

  --prefix DIR     where the program goes (/opt/dts); DIR becomes a link into DIR-versions
  --datadir DIR    where images, jobs and logs are kept (/data)
  --config DIR     where the configuration is kept (/etc/dts)
  --user NAME      whom the station runs as (dts); made if missing
  --bindir DIR     where the link to the command goes (/usr/local/bin)
  --no-crontab     leave the crontab alone
  --dry-run        say what would be done and do none of it
  --uninstall      remove program, link and crontab entries; keep data, configuration and user
  -h, --help       show this

EXAMPLES
  ./install.sh --demo
  sudo ./install.sh --datadir /srv/dicom
  sudo ./install.sh --prefix /opt/dts-dev --datadir /srv/dev --config /etc/dts-dev --user dtsdev --bindir /opt/bin

EXIT STATUS
   0  done
  64  an option is wrong, or a directory belongs to something else
  65  the markers in the crontab were damaged; they need a person
  74  a step failed; what it was stands above, and the same command may be typed again
  75  another installation is running, or with --uninstall a job is
  77  not root
  78  Node.js or npm is missing or too old
  After an installation, otherwise the exit status of `dts check`. With --test, otherwise that of the tests.
HELP
}

# ---- Options ----

parse_options() {
  local directory
  while [ $# -gt 0 ]; do
    case $1 in
      --demo | --test | --uninstall) choose_mode "${1#--}" ;;
      --prefix | --datadir | --config | --bindir)
        [ $# -ge 2 ] || die 64 "$1 needs a directory after it"
        directory=$(checked_directory "$1" "$2")
        printf -v "${1#--}" '%s' "$directory"
        shift ;;
      --user)
        [ $# -ge 2 ] || die 64 "--user needs a name after it"
        user=$2
        shift ;;
      --no-crontab) with_crontab=no ;;
      --dry-run) dry_run=yes ;;
      -h | --help) show_help; exit 0 ;;
      *) die 64 "$1 is not an option; type: ./install.sh --help" ;;
    esac
    shift
  done
  [[ $user =~ ^[a-z_][a-z0-9_-]{0,31}$ ]] || die 64 "--user $user: not a user name (a-z, 0-9, _ and -)"
  [ "$user" != root ] || die 64 "--user root: the station runs without privileges; name another user"
  readonly mode prefix datadir config user bindir with_crontab dry_run
  readonly versions=$prefix-versions
  readonly begin_marker="# >>> Data Transfer Station in $prefix >>>"
  readonly end_marker="# <<< Data Transfer Station in $prefix <<<"
}

choose_mode() {
  [ "$mode" = install ] || die 64 "--$mode and --$1 exclude each other; type one of them"
  mode=$1
}

# These names end up in a crontab, in JSON and between quotes, so they keep to characters that mean nothing there.
checked_directory() {
  [[ $2 =~ ^/[A-Za-z0-9_] ]] || die 64 "$1 $2: not an absolute directory name"
  [[ $2 =~ ^[A-Za-z0-9\ ._/+@-]+$ ]] || die 64 "$1 $2: may hold letters, digits, spaces and . _ / + @ - only"
  [[ ! /$2/ =~ /\.\.?/ ]] || die 64 "$1 $2: may not hold . or .. as a part"
  printf '%s' "${2%/}"
}

# ---- The demonstration ----

run_demo() {
  [ "$dry_run" = no ] || die 64 "--dry-run goes with an installation; the demonstration installs nothing"
  require_node
  build
  bin/dts demo
}

# ---- The tests ----

run_tests() {
  [ "$dry_run" = no ] || die 64 "--dry-run goes with an installation; the tests install nothing but their peers"
  require_node
  install_peers
  fetch_packages
  npm test
}

install_peers() {
  local peer package command reason missing=()
  for peer in "${PEERS[@]}"; do
    read -r package command reason <<<"$peer"
    PATH=$PATH:/usr/sbin:/sbin command -v "$command" >/dev/null && continue
    [[ $command == /* && -e $command ]] && continue
    say "missing: $package ($reason)"
    missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say "tests that need them skip themselves; on Debian or Ubuntu type: sudo apt-get install ${missing[*]}"
    return 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q || die 74 "the lists of packages were not fetched; check the network and type the same again"
  apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}" ||
    die 74 "the packages were not installed; see above, or install them by hand: ${missing[*]}"
  stop_services "${missing[@]}"
}

# Tests start what they need themselves, on ports of their own.
stop_services() {
  [ -d /run/systemd/system ] || return 0
  local package
  for package in "$@"; do
    systemctl --quiet is-enabled "$package" 2>/dev/null || continue
    systemctl --quiet disable --now "$package"
    say "stopped and disabled the service that came with $package"
  done
}

# ---- Building ----

require_node() {
  local version remedy
  remedy="install Node.js $NODE_WANTED or newer for all users: https://nodejs.org/en/download"
  command -v node >/dev/null || die 78 "node was not found in $PATH; $remedy"
  version=$(node -p process.versions.node) || die 78 "node does not run; $remedy"
  [ "$(printf '%s\n' "$NODE_WANTED" "$version" | sort -V | head -n 1)" = "$NODE_WANTED" ] ||
    die 78 "Node.js $version is too old; $remedy"
  command -v npm >/dev/null || die 78 "npm was not found in $PATH; it comes with Node.js, on Debian in the package npm"
}

build() {
  [ -e build.mjs ] || die 64 "$PWD is an installed copy, without sources; type install.sh in the checkout"
  fetch_packages
  as_owner_of_checkout npm run --silent build || die 74 "the program was not built; see above"
}

# npm notes in node_modules/.package-lock.json what it installed, and when.
fetch_packages() {
  [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ] || return 0
  say "fetch the packages that the program needs into node_modules"
  as_owner_of_checkout npm ci --include=dev --ignore-scripts --loglevel=error ||
    die 74 "the packages were not fetched; check the network (a proxy: npm config set proxy) and type the same again"
}

# Root builds as whoever owns the checkout, who could otherwise not build there again.
as_owner_of_checkout() {
  local owner
  owner=$(stat -c %U .)
  if [ "$(id -u)" -ne 0 ] || [ "$owner" = root ] || [ "$owner" = UNKNOWN ]; then
    "$@"
  else
    runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d : -f 6)" "$@"
  fi
}

# ---- The installation ----

install_station() {
  require_root
  require_node
  refuse_foreign_directories
  read_crontab
  step "build the program in $PWD" build
  make_user
  put_program
  put_link
  make_data_directory
  put_configuration
  [ "$with_crontab" = no ] || put_crontab
  check_station
}

require_root() {
  [ "$(id -u)" -eq 0 ] || [ "$dry_run" = yes ] ||
    die 77 "needs root; type: sudo ./install.sh, or try it without: ./install.sh --demo"
}

# Nothing is taken over that this script did not make: a mistyped option must not change who owns /home.
refuse_foreign_directories() {
  local option
  if [ -e "$prefix" ] || [ -L "$prefix" ]; then
    is_our_program ||
      die 64 "--prefix $prefix: exists and was not made by this script; move it away or name another"
  fi
  for option in datadir config; do
    [[ ${!option}/ != "$prefix"/* && ${!option}/ != "$versions"/* ]] ||
      die 64 "--$option ${!option}: lies in the program, which every upgrade replaces; name another"
  done
  if [ -d "$datadir" ] && [ -n "$(ls -A --ignore=lost+found "$datadir")" ]; then
    [ -d "$datadir/site" ] || [ "$(stat -L -c %U "$datadir")" = "$user" ] ||
      die 64 "--datadir $datadir: holds something other than a station's data; name an empty or a new directory"
  fi
  if [ -d "$config" ] && [ -n "$(ls -A "$config")" ]; then
    holds_configuration ||
      die 64 "--config $config: holds something other than a station's configuration; name an empty or a new directory"
  fi
}

is_our_program() {
  [[ $(readlink "$prefix" || true) == "$versions"/* ]]
}

# One file is enough: each of them may be left out.
holds_configuration() {
  local file
  [ "$(cat "$prefix/configuration-directory" 2>/dev/null)" != "$config" ] || return 0
  for file in config/*.json; do
    [ ! -e "$config/${file#config/}" ] || return 0
  done
  return 1
}

make_user() {
  if ! getent passwd "$user" >/dev/null; then
    step "make the user $user, without a login" add_user
  fi
  [ "$dry_run" = yes ] || as_station node --version >/dev/null ||
    die 78 "$user cannot run $(command -v node); install Node.js for all users, not below a home directory"
}

# The ranges of user ids let it run containers without root; useradd before 4.11 cannot give them.
add_user() {
  local options=(--system --user-group --create-home --home-dir "/var/lib/$user" --shell /usr/sbin/nologin)
  [[ $(useradd --help) != *--add-subids-for-system* ]] || options+=(--add-subids-for-system)
  useradd "${options[@]}" --comment 'Data Transfer Station' "$user"
}

# ---- The program ----

put_program() {
  local current next
  step "put the program into a new directory in $versions, unless it is installed already" stage_program
  [ "$dry_run" = no ] || return 0
  current=$(readlink "$prefix" || true)
  if [ -n "$current" ] && diff -rq --no-dereference "$current" "$staged" >/dev/null; then
    return 0
  fi
  next=$versions/$(next_version)
  mv "$staged" "$next"
  publish_program "$next"
  remove_versions_but "$current" "$next"
  renew_receiver
}

stage_program() {
  local file staging=$versions/.staging
  mkdir -p "$versions"
  exec {installing}<"$versions"
  flock -n "$installing" || die 75 "another installation into $prefix is running; wait for its end, type the same again"
  staged=$staging
  rm -rf "$staging"
  mkdir "$staging"
  for file in "${PROGRAM_FILES[@]}" node_modules; do
    [ ! -e "$file" ] || cp -RP "$file" "$staging/"
  done
  # Taken from what was built with, and not fetched again: an installation needs no network once the checkout has all.
  # The only optional package is TypeScript, for which valibot has types.
  (cd "$staging" && npm prune --omit=dev --omit=optional --ignore-scripts --offline --loglevel=error >/dev/null) ||
    die 74 "the packages that only building needs were not left out; remove node_modules, type the same again"
  find "$staging/node_modules" -type d -empty -delete
  printf '%s\n' "$config" >"$staging/configuration-directory"
  chmod -R u=rwX,go=rX "$staging"
}

next_version() {
  local last
  last=$(find "$versions" -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort -n | tail -n 1)
  printf '%s' $((${last:-0} + 1))
}

# The rename is the commit point: before it the old program is installed, after it the new one.
publish_program() {
  sync -f "$1"
  ln -sfn "$1" "$prefix.next"
  mv -T "$prefix.next" "$prefix"
  say "installed the program: $prefix is now $1"
}

# The one before stays: what was started from it may still run, and the link can be set back to it.
remove_versions_but() {
  local version
  for version in "$versions"/[0-9]*; do
    [ "$version" = "$1" ] || [ "$version" = "$2" ] || rm -r "$version"
  done
}

put_link() {
  local link=$bindir/dts
  ! is_our_link || return 0
  if [ -e "$link" ] || [ -L "$link" ]; then
    say "left alone: $link exists already; the command is '$prefix/bin/dts'"
    return 0
  fi
  step "make the link $link" install_link "$link"
}

is_our_link() {
  [ "$(readlink "$bindir/dts" || true)" = "$prefix/bin/dts" ]
}

install_link() {
  mkdir -p "$bindir"
  ln -s "$prefix/bin/dts" "$1"
}

# ---- Data and configuration ----

# The station makes what lies deeper itself. Of what exists, only these few change owner and mode, never an archive.
make_data_directory() {
  step "make the data directory $datadir, for $user" \
    install -d -m 0750 -o "$user" -g "$(group_of_user)" "$datadir" "$datadir"/{site,jobs,outbox,logs,locks,rejected}
}

# Samples only where a file is missing. Those of this version, and the schemas, are in PREFIX/config, to compare with.
put_configuration() {
  local sample target
  if [ ! -d "$config" ]; then
    step "make the configuration directory $config" install -d -m 0750 -o root -g "$(group_of_user)" "$config"
  fi
  while IFS= read -r sample; do
    target=$config/${sample#config/}
    [ -e "$target" ] || step "put a sample into $target" put_sample "$sample" "$target"
  done < <(find config -type f ! -path 'config/schema/*' | sort)
  mention_other_datadir
}

# Under another name until it is whole: a file that exists is never looked at again.
put_sample() {
  sed -E "s#(\"(datadir|DATADIR)\"[[:space:]]*:[[:space:]]*)\"/data\"#\1\"$datadir\"#" "$1" >"$scratch/sample"
  install -D -m 0640 -o root -g "$(group_of_user)" "$scratch/sample" "$2.partial"
  mv "$2.partial" "$2"
}

mention_other_datadir() {
  local file configured
  for file in config.json receiver.json; do
    [ -r "$config/$file" ] || continue
    configured=$(sed -nE 's/.*"(datadir|DATADIR)"[[:space:]]*:[[:space:]]*"([^"]*)".*/\2/p' "$config/$file" | head -n 1)
    [ -z "$configured" ] || [ "$configured" = "$datadir" ] ||
      say "note: $config/$file says $configured and not $datadir; change it there, or type --datadir $configured"
  done
}

group_of_user() {
  id -gn "$user" 2>/dev/null || printf '%s' "$user"
}

# ---- The crontab ----

put_crontab() {
  if ! command -v crontab >/dev/null; then
    say "note: no crontab command, so nothing starts the station; type: apt install cron, then the same again"
    return 0
  fi
  { crontab_of_others; crontab_entries; } >"$scratch/crontab.new"
  cmp -s "$scratch/crontab" "$scratch/crontab.new" ||
    step "put the entries into the crontab of $user" crontab -u "$user" "$scratch/crontab.new"
}

# Leaves the user's crontab in $scratch/crontab. Only the right complaint counts as an empty one.
read_crontab() {
  local crontab=$scratch/crontab
  : >"$crontab"
  if ! command -v crontab >/dev/null || ! getent passwd "$user" >/dev/null || [ "$(id -u)" -ne 0 ]; then
    return 0
  fi
  if ! LC_ALL=C crontab -u "$user" -l >"$crontab" 2>"$scratch/complaint"; then
    grep -q '^no crontab for' "$scratch/complaint" ||
      die 74 "the crontab of $user was not read: $(cat "$scratch/complaint")"
  fi
  [ "$(grep -cFx "$begin_marker" "$crontab")" = "$(grep -cFx "$end_marker" "$crontab")" ] ||
    die 65 "the crontab of $user has lost one of the lines that enclose the station's entries;" \
      "take the entries out by hand (crontab -u $user -e), then type the same again"
}

# Without the station's own lines. They always come last, so that their PATH holds for no other line.
crontab_of_others() {
  awk -v begin="$begin_marker" -v end="$end_marker" \
    '$0 == begin { inside = 1 } !inside { print } $0 == end { inside = 0 }' "$scratch/crontab"
}

crontab_entries() {
  echo "$begin_marker"
  sed -e "s#@PATH@#$(path_for_cron)#g" -e "s#@PREFIX@#$prefix#g" -e "s#@DATADIR@#$datadir#g" -e "s#@CONFIG@#$config#g" \
    crontab/dts.crontab
  echo "$end_marker"
}

path_for_cron() {
  printf '%s' "$(dirname "$(command -v node)"):/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
}

# ---- What runs ----

# As cron would: in an environment that holds nothing of the administrator's.
as_station() {
  (cd / && exec runuser -u "$user" -- env -i HOME="$(getent passwd "$user" | cut -d : -f 6)" LANG=C.UTF-8 \
    PATH="$(path_for_cron)" "$@" </dev/null)
}

# The station's data directory, and those of its sites where the configuration can be read.
data_directories() {
  printf '%s\n' "$datadir"
  { as_station "$prefix/bin/dts" config show |
    node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).datadirs.join("\n")'; } 2>/dev/null |
    grep -Fxv -e "$datadir" || true
}

# Those that cron started, the station's and its sites': each lock's owner is flock, its child the receiver.
receivers_of_cron() {
  local directory lock locks='' holder path
  while read -r directory; do
    for lock in "$directory"/locks/cron-receive*; do
      [ ! -e "$lock" ] || locks+=$(readlink -f "$lock")$'\n'
    done
  done < <(data_directories)
  while read -r holder path; do
    ! grep -Fxq -e "$path" <<<"$locks" || pgrep --parent "$holder" || true
  done < <(lslocks --noheadings --output PID,PATH)
}

# Those that a person started, if from this installation. Their command lines have the program's name as it was typed.
receivers_by_hand() {
  local directory file pid of_cron program words
  of_cron=$(receivers_of_cron)
  while read -r directory; do
    for file in "$directory"/locks/receiver*.json; do
      [ -e "$file" ] || continue
      pid=$(sed -nE 's/.*"pid": *([0-9]+).*/\1/p' "$file")
      [ -n "$pid" ] && ! grep -Fxq -e "$pid" <<<"$of_cron" || continue
      words=()
      { mapfile -d '' -t words <"/proc/$pid/cmdline"; } 2>/dev/null || continue
      program=$(cd "/proc/$pid/cwd" 2>/dev/null && readlink -m -- "${words[1]:-}") || continue
      [[ $program != "$(readlink -f "$versions")"/* ]] || printf '%s\n' "$pid"
    done
  done < <(data_directories)
}

# Cron starts its own again within a minute, from what is installed then. What a person started, a person stops.
renew_receiver() {
  local pid
  for pid in $(receivers_of_cron); do
    ! kill -TERM "$pid" || say "stopped the receiver"
  done
  for pid in $(receivers_by_hand); do
    say "note: the receiver that was started by hand still runs the version before;" \
      "type: sudo kill $pid, and start it again unless cron does"
  done
}

# Without its crontab entries, each of them ends within its minute, unless a core is running.
stop_what_runs() {
  local pid lock directory
  for pid in $(receivers_of_cron) $(receivers_by_hand); do
    ! kill -TERM "$pid" || say "stopped the receiver"
    timeout 75 tail --pid="$pid" -s 0.2 -f /dev/null ||
      die 75 "the receiver, process $pid, still runs, so the program stays; type the same again later"
  done
  while read -r directory; do
    for lock in "$directory"/locks/cron-*; do
      [ ! -e "$lock" ] || flock -w 75 "$lock" true ||
        die 75 "${lock##*/cron-} still runs, so the program stays; type the same again later"
    done
  done < <(data_directories)
}

# As a person types it: the installed copy knows its configuration.
check_station() {
  local code=0
  step "check the station: dts check, as $user" as_station "$prefix/bin/dts" check || code=$?
  [ "$dry_run" = no ] || exit 0
  if [ "$code" -eq 0 ]; then
    say "the station is installed. To see how it is, type:"
    say "  $(command_to_type status)"
  else
    say "the station is installed; the check ended with $code and named what it lacks." \
      "Edit the files in '$config', then type:"
    say "  $(command_to_type check)"
  fi
  exit "$code"
}

command_to_type() {
  local program=$prefix/bin/dts
  ! is_our_link || program=$bindir/dts
  printf 'sudo -u %s %q %s' "$user" "$program" "$1"
}

# ---- Removing it again ----

uninstall_station() {
  require_root
  read_crontab
  if ! is_anything_installed; then
    say "nothing is installed in $prefix, so nothing was changed. If it was installed elsewhere, type where:"
    say "  sudo ./install.sh --uninstall --prefix DIR --datadir DIR --config DIR --user NAME --bindir DIR"
    return 0
  fi
  refuse_foreign_directories
  if [ "$with_crontab" = yes ]; then
    remove_crontab_entries
  elif has_crontab_entries; then
    say "left alone: the crontab of $user, whose entries for $prefix fail from now on"
  fi
  step "stop what still runs" stop_what_runs
  ! is_our_link || step "remove the link $bindir/dts" rm "$bindir/dts"
  # The link goes last: it is what tells that the versions are ours.
  ! is_our_program || step "remove the program: $versions and $prefix" rm -rf "$versions" "$prefix"
  mention_what_is_kept
}

# Or a part of it, where an installation or a removal was cut off.
is_anything_installed() {
  is_our_program || is_our_link || { [ "$with_crontab" = yes ] && has_crontab_entries; }
}

has_crontab_entries() {
  grep -qFx "$begin_marker" "$scratch/crontab"
}

remove_crontab_entries() {
  crontab_of_others >"$scratch/crontab.new"
  cmp -s "$scratch/crontab" "$scratch/crontab.new" && return 0
  if [ -s "$scratch/crontab.new" ]; then
    step "remove the entries from the crontab of $user" crontab -u "$user" "$scratch/crontab.new"
  else
    step "remove the crontab of $user, which holds nothing else" crontab -u "$user" -r
  fi
}

mention_what_is_kept() {
  [ ! -d "$config" ] || say "kept: $config (configuration); to remove it as well, type: sudo rm -r '$config'"
  [ ! -d "$datadir" ] || say "kept: $datadir (images, jobs, logs); to remove it as well, type: sudo rm -r '$datadir'"
  ! getent passwd "$user" >/dev/null || say "kept: the user $user; to remove it as well, type: sudo userdel -r $user"
}

# ---- Saying and doing ----

# step SENTENCE COMMAND...: says what comes and does it; with --dry-run it only says so.
step() {
  if [ "$dry_run" = yes ]; then
    say "would $1"
  else
    say "$1"
    "${@:2}"
  fi
}

say() {
  printf '%s\n' "$*"
}

die() {
  printf 'install.sh: error: %s\n' "${*:2}" >&2
  exit "$1"
}

clear_up() {
  rm -rf "$scratch" ${staged:+"$staged"}
}

main "$@"
