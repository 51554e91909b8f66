# SPDX-License-Identifier: GPL-2.0-only
# What the end-to-end tests share. Sourced by the runner before each test:
# $W is the test's own folder, $W/mnt an empty directory to mount on ($M),
# $VARIANT the variant ("uring", "pool": used by mnt), $FULL set for full length.
set -eE -o pipefail
shopt -s nullglob
trap 'echo "failed at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR

M=$W/mnt
I=$W/img
FULL=${FULL:-${CI:+1}}
FULL=${FULL:-0}
cd "$W"

die() { echo "FAILED: $*" >&2; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }
note() { echo "note: $*"; }
need() { local c; for c; do command -v "$c" > /dev/null || skip "$c is not installed"; done; }

# fat FILE BITS MIB [MKFS-OPTION...]: a new FAT image.
fat() {
	local file=$1 bits=$2 mib=$3
	shift 3
	rm -f "$file"
	truncate -s "${mib}M" "$file"
	mkfs.vfat -F "$bits" "$@" "$file" > /dev/null
}

# mnt [OPTIONS [SOURCE [DIR [TYPE]]]]
mnt() {
	local o=${1:-} blkio=
	case ${VARIANT:-} in uring | pool) blkio=blkio=$VARIANT ;; esac
	[ -n "$o" ] && [ -n "$blkio" ] && blkio=,$blkio
	o=$o$blkio
	mount -t "rumpfs.${4:-vfat}" ${o:+-o "$o"} "${2:-$I}" "${3:-$M}"
}

# Processes of the mount of SOURCE: keeper, worker, the keeper's spare. Of those in our mount name space:
# the test beside this one may have a mount of the same name, of a server in a network of its own.
daemons() {
	local d a comm parent keeper='' worker='' spare=''
	for d in /proc/[0-9]*; do
		{ mapfile -d '' -t a < "$d/cmdline"; } 2> /dev/null || continue
		[[ ${a[0]:-} == rumpfs.* && ${a[1]:-} == "$1" && $d/ns/mnt -ef /proc/self/ns/mnt ]] || continue
		{ read -r comm < "$d/comm"; } 2> /dev/null || continue
		case $comm in
		rumpfs-keeper)
			# A spare is called so until it has said what it is.
			{ read -r parent < "/proc/$(sed -n 's/^PPid:\t//p' "$d/status")/comm"; } 2> /dev/null || parent=
			if [ "$parent" = rumpfs-keeper ]; then
				spare="$spare ${d#/proc/}"
			else
				keeper="$keeper ${d#/proc/}"
			fi
			;;
		rumpfs-spare) spare="$spare ${d#/proc/}" ;;
		*) worker="$worker ${d#/proc/}" ;;
		esac
	done
	case ${2:-} in
	keeper) echo $keeper ;;
	worker) echo $worker ;;
	spare) echo $spare ;;
	*) echo $keeper $worker $spare ;;
	esac
}
keeper_of() { daemons "$1" keeper; }
worker_of() { daemons "$1" worker; }
spare_of() { daemons "$1" spare; }

# switches SOURCE: context switches of its daemons so far. private_kib PID: memory that is a process' own.
switches() {
	local p n=0
	for p in $(daemons "$1"); do
		n=$((n + $(cat /proc/$p/task/*/status | awk '/ctxt_switches/ { n += $2 } END { print n + 0 }')))
	done
	echo $n
}
private_kib() { awk '/^Private_/ { n += $2 } END { print n }' "/proc/$1/smaps_rollup"; }

# until_true SECONDS COMMAND...: poll a condition. A machine that stood still or is very slow has not
# waited: so many tries belong to it too.
until_true() {
	local end=$((SECONDS + $1)) tries=$(($1 * 5))
	shift
	until "$@"; do
		((tries-- > 0 || SECONDS < end)) || return 1
		sleep 0.05
	done
}
no_daemon() { [ -z "$(daemons "$1")" ]; }
ended() { until_true 30 no_daemon "${1:-$I}" || die "daemon of ${1:-$I} is still there: $(daemons "${1:-$I}")"; }
not_mounted() { ! grep -q " $1 " /proc/self/mountinfo; }
mounted() { grep -q " $1 .* fuse[a-z]*\.rumpfs" /proc/self/mountinfo; }

# unmnt [DIR [SOURCE]]: unmount and see the daemon end.
unmnt() { umount "${1:-$M}"; ended "${2:-$I}"; }

clean() { fsck.vfat -n "${1:-$I}" > "$W/.fsck" 2>&1 || { cat "$W/.fsck"; die "fsck.vfat of ${1:-$I}"; }
	! grep -qi 'dirty bit' "$W/.fsck" || { cat "$W/.fsck"; die "dirty bit set on ${1:-$I}"; }; }

# fails CODE PATTERN COMMAND...: exit status and a line of its output.
fails() {
	local code=$1 pattern=$2 status=0 out
	shift 2
	out=$("$@" 2>&1 < /dev/null) || status=$?
	[ "$status" = "$code" ] || { echo "$out"; die "exit status $status instead of $code: $*"; }
	grep -qE -- "$pattern" <<< "$out" || { echo "$out"; die "no \"$pattern\" in the output of: $*"; }
}
# A failed mount leaves nothing.
nothing_left() { not_mounted "$M" || die "still mounted"; ended "${1:-$I}"; }

is() { [ "$1" = "$2" ] || die "is \"$1\" instead of \"$2\"${3:+ ($3)}"; }
has() { grep -qE -- "$2" <<< "$1" || die "no \"$2\" in: $1"; }
has_not() { ! grep -qE -- "$2" <<< "$1" || die "\"$2\" in: $1"; }

# rename(2); mv(1) takes names that differ in case for the same file.
rename() { python3 -c 'import os, sys; os.rename(*sys.argv[1:])' "$@"; }

. "$T/servers.sh"

random() { head -c "$2" /dev/urandom > "$1"; }

# The last command of a loop device ends with the test even if that fails.
loop() { losetup -f --show "$@"; }

# A /dev of this name space: what a test makes there nobody else sees.
dev_start() { own_start /dev; }
dev_end() { own_end /dev; }

# What is changed below a folder of the system is the test's alone: what is removed there takes also the mounts of others along.
own_start() {
	local own=$W/.own${1//\//.}
	mkdir -p "$own"
	mount -t tmpfs own "$own" && mkdir "$own/up" "$own/work"
	mount -t overlay own -o "lowerdir=$1,upperdir=$own/up,workdir=$own/work" "$1"
}
own_end() { umount -l "$1" "$W/.own${1//\//.}"; }

# A small world: a name space of processes, mounts and a network, with a process 1 ($WORLD) that runs the commands of
# the standard input and then waits. The test ends it (world_end), or its own end does.
world_start() {
	{ echo 'set -e; mount --make-rprivate /; mount -t proc proc /proc; mount -t tmpfs run /run; mkdir /run/mount'
	  cat
	  echo 'touch "$W/.world-ready"; while sleep 1; do :; done'; } > "$W/.world"
	unshare -fpmn --kill-child bash "$W/.world" < /dev/null > "$W/world.log" 2>&1 &
	WORLD_OUTER=$!
	until_true 10 test -e "$W/.world-ready" || { cat "$W/world.log"; die "the test's own world does not start"; }
	WORLD=$(cat "/proc/$WORLD_OUTER/task/$WORLD_OUTER/children")
	WORLD=${WORLD%% *}
}
world_end() {
	kill -KILL "$WORLD"
	wait "$WORLD_OUTER" 2> /dev/null || true
	rm "$W/.world-ready"
}

# A system log of this name space: $W/syslog.
syslog_start() {
	need busybox
	dev_start
	: > "$W/syslog"
	busybox syslogd -n -O "$W/syslog" < /dev/null > /dev/null 2>&1 &
	SYSLOGD=$!
	until_true 10 test -S /dev/log || die "syslogd has no /dev/log"
}
syslog_has() { until_true 10 grep -qE -- "$1" "$W/syslog" || { cat "$W/syslog"; die "no \"$1\" in the system log"; }; }
syslog_end() {
	kill "$SYSLOGD"
	wait "$SYSLOGD" || true
	SYSLOGD=
	dev_end
}

# make_fs IMAGE [FILE [SIZE]]: an empty file system, as tests/fs/images/IMAGE says. Skips where there is no mkfs.
make_fs() {
	local status=0
	python3 "$TOP/tests/fs/images.py" make "$1" "${2:-$I}" ${3:+"$3"} > "$W/.mkfs" 2>&1 || status=$?
	[ "$status" != 77 ] || skip "$(cat "$W/.mkfs")"
	[ "$status" = 0 ] || { cat "$W/.mkfs"; die "mkfs of $1"; }
}
# type_of IMAGE: what mount(8) needs to be told: nothing more than rumpfs where libblkid knows it.
type_of() { if blkid -p "$I" > /dev/null; then echo rumpfs; else echo "rumpfs.$1"; fi; }
# words_of IMAGE: its capabilities.
words_of() { python3 "$TOP/tests/fs/images.py" can "$1" "$I"; }
# check_fs IMAGE [FILE]: its checker is content, if there is one.
check_fs() {
	local status=0
	python3 "$TOP/tests/fs/images.py" check "$1" "${2:-$I}" > "$W/.fsck" 2>&1 || status=$?
	[ "$status" = 0 ] || { tail -n 40 "$W/.fsck"; die "${2:-$I}, $1"; }
}
