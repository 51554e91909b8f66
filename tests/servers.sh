# SPDX-License-Identifier: GPL-2.0-only
# Real servers for the tests of network file systems. Sourced by lib.sh; all of it
# works in a network of the test's own (own_network, the first line of such a
# test), so ports are the usual ones and nobody else is reached or disturbed.
#
#   own_network                 run the test in a network name space with a loopback
#   peer_network                a second machine behind a cable: in_peer COMMAND, peer_cut, peer_mend, peer_end
#   ganesha_start [DIR ...]     export DIR ($W/export) as /export by NFS v3, v4.0, v4.1, v4.2
#   ganesha_stop [SIGNAL]       and until it has ended
#   nfs_stop                    ganesha and rpcbind
#   smbd_start [GLOBAL [SHARE]] share $W/export as //127.0.0.1/data, and more (see there)
#   smbd_stop [SIGNAL]          all of its processes
#   smb [OPTIONS [SHARE [DIR]]] mount //127.0.0.1/SHARE (data, $SHARE) on DIR ($M), as alice
#   smb_unmnt                   the mount of $SHARE on $M
#   smb_proxy [LOG]             tests/smbproxy.py, process $PROXY, between port 4450 and the server; LOG is $W/wire
#   kill_callers WHAT PID ...   they leave at once
#   load_start, load_goes_on, load_lives, load_end   readers and writers on $M
#   random_folders, random_clients A B   random operations on two mounts at once
#
# TEXT goes into the server's configuration; see each function. A server that was
# stopped can be started again and has the state that it left on disk.
EXPORT=$W/export
export PYTHONPATH=$T PYTHONDONTWRITEBYTECODE=1	# tests/proxy.py

# The test starts anew in its own network: the name of the script stays $0.
own_network() {
	need ip unshare
	[ -z "${OWN_NETWORK:-}" ] || return 0
	unshare --net true 2> /dev/null || skip "no network name space can be made"
	OWN_NETWORK=1 exec unshare --net bash -c \
		'ip link set lo up; . "$T/lib.sh"; trap trouble EXIT; . "$0"' "$0"
}

# At the end: what may explain why a test failed.
trouble() {
	case $? in 0 | 77) ;; *) trap - ERR; servers_say ;; esac
}

# The ends of the servers' logs and of those of the mounts' kernels, and the connections. Run by the runner too, in
# the network of a test whose time is over.
servers_say() {
	local f dir
	for f in "$W/ganesha/log" "$W/.run/smbd/log" /run/smbd/log*; do
		[ ! -s "$f" ] || { echo "--- $f"; tail -n 80 "$f"; }
	done
	echo "--- connections"
	ss -Htanpi exclude time-wait 2> /dev/null | cut -c 1-300 || true
	while read -r dir; do
		echo "--- the kernel of $dir"
		timeout -k 1 5 rumpfs log "$dir" 2>&1 | tail -n 30 || true
	done < <(awk '$0 ~ / - fuse(blk)?\.rumpfs/ { print $5 }' /proc/self/mountinfo)
}

# What servers keep in /run and the like is the test's own too.
own_run() {
	[ ! -d "$W/.run" ] || return 0
	mkdir "$W/.run" "$W/.run/mount" "$W/.run/lock"
	mount --bind "$W/.run" /run
	mount -t tmpfs utab /run/mount
}

listens() { ss -Hltn "sport = :$1" | grep -q .; }
alive() { kill -0 "$1" 2> /dev/null; }

# server_wait PID LOG CONDITION...: until the server serves; its log if it does not.
server_wait() {
	local pid=$1 log=$2
	shift 2
	until_true 60 eval "! alive $pid || ${*@Q}" || true
	alive "$pid" && "$@" || { tail -50 "$log"; die "the server does not start: $*"; }
}

# kill_callers WHAT PID...: callers that are killed leave at once, whatever their server does. The daemon looks 10 ms after a signal whether it is a
# mortal one, and if nobody could tell a second later; the rest is for a busy machine.
kill_callers() {
	local what=$1 pid
	shift
	kill -KILL "$@" 2> /dev/null || true
	for pid; do
		until_true 5 eval "! alive $pid || grep -q '^State:.Z' /proc/$pid/status" || die "killed, and does not leave: $what"
		wait "$pid" 2> /dev/null || true
	done
}

# A load on $M until load_end: one reads $EXPORT/f past all caches, one writes copies of $W/data, again and again. Each
# tells in a file when it has done so once more, and compares.
load_start() {
	[ -e "$EXPORT/f" ] || random "$EXPORT/f" 30000000
	random "$W/data" 5000000
	rm -f stop
	touch reads writes
	(while dd if="$M/f" of="$W/copy" bs=64k iflag=direct 2> /dev/null && cmp "$W/copy" "$EXPORT/f" && echo >> reads && [ ! -e stop ]; do :; done) &
	LOAD=$!
	(i=0; while cp "$W/data" "$M/new.$i" && sync -f "$M/new.$i" && cmp "$W/data" "$EXPORT/new.$i" && echo >> writes && [ ! -e stop ]; do i=$(((i + 1) % 5)); done) &
	LOAD="$LOAD $!"
	load_goes_on || die "the load does not begin"
}
# Each does so three times more.
load_goes_on() {
	local r w
	r=$(wc -l < reads) w=$(wc -l < writes)
	until_true 60 eval "[ \$(wc -l < reads) -ge $((r + 3)) ] && [ \$(wc -l < writes) -ge $((w + 3)) ]"
}
load_lives() { local p; for p in $LOAD; do alive "$p" || die "a load gave up"; done; }
load_end() {
	local p
	touch stop
	for p in $LOAD; do wait "$p" || die "a load failed"; done
	note "$(wc -l < reads) reads, $(wc -l < writes) writes"
}

# random_clients A B: random operations by the mounts on A and B at once, in folders of their own, against models, then compared with what
# the server has. Before the mounts are there: random_folders.
random_folders() { mkdir -p "$EXPORT/a" "$EXPORT/b" && chmod 777 "$EXPORT/a" "$EXPORT/b"; }
random_clients() {
	local seconds=$((FULL ? 60 : 10)) one two c model
	mkdir "$W/run.a" "$W/run.b"
	(cd "$W/run.a" && "$BUILD/tests/fsx" -t "$seconds" -k "$1/a" > out 2>&1) &
	one=$!
	(cd "$W/run.b" && "$BUILD/tests/fsx" -t "$seconds" -k "$2/b" > out 2>&1) &
	two=$!
	wait $one || { cat "$W/run.a/out"; die "the first client"; }
	wait $two || { cat "$W/run.b/out"; die "the second client"; }
	for c in a b; do
		sed -n 's/^/note: /p' "$W/run.$c/out"
		for model in "$W/run.$c"/*.model; do
			cmp "$model" "$EXPORT/$c/$(basename "$model" .model)"
		done
	done
	diff -r "$1" "$EXPORT"
}

# server_stop PID [SIGNAL]
server_stop() {
	kill "-${2:-TERM}" "$1"
	until_true 60 eval "! alive $1 || { wait $1; true; }" || die "server $1 does not end"
	wait "$1" 2> /dev/null || true
}

# --- a second machine ---------------------------------------------------------------

# A name space with an address of its own (10.9.8.2; ours is 10.9.8.1), and a cable that can be
# pulled. It ends with the test: nothing but processes keeps it.
peer_network() {
	unshare --net sleep infinity < /dev/null > /dev/null 2>&1 &
	PEER=$!
	until_true 30 eval '[ "$(readlink /proc/$PEER/ns/net)" != "$(readlink /proc/self/ns/net)" ]'
	ip link add rumpa type veth peer name rumpb
	ip link set rumpb netns "$PEER"
	ip addr add 10.9.8.1/24 dev rumpa
	ip link set rumpa up
	in_peer ip addr add 10.9.8.2/24 dev rumpb
	in_peer ip link set rumpb up
	in_peer ip link set lo up
	until_true 30 eval "ip -br link show rumpa | grep -q LOWER_UP"
}
in_peer() { nsenter --net="/proc/$PEER/ns/net" "$@"; }
peer_cut() { ip link set rumpa down; }
peer_mend() { ip link set rumpa up; until_true 30 eval "ip -br link show rumpa | grep -q LOWER_UP"; }
peer_end() { server_stop "$PEER" KILL; }

# --- NFS: rpcbind and nfs-ganesha --------------------------------------------------

rpcbind_start() {
	need rpcbind
	own_run
	rpcbind -w -f < /dev/null > "$W/rpcbind.log" 2>&1 &
	RPCBIND=$!
	server_wait "$RPCBIND" "$W/rpcbind.log" listens 111
}

# ganesha_start [DIR [NFSV4 [EXPORT [TEXT]]]]: what goes into the blocks NFSv4 and EXPORT,
# and more blocks. Unless NFSV4 says otherwise the server has no grace period.
ganesha_start() {
	local dir=${1:-$EXPORT} v4=${2-Graceless = true;} more=${3:-} text=${4:-} state=$W/ganesha
	need ganesha.nfsd rpcbind ss
	mkdir -p "$dir" "$state"
	[ -n "${RPCBIND:-}" ] || rpcbind_start
	cat > "$state/conf" <<- END
		NFS_CORE_PARAM {
			Protocols = 3, 4;
			mount_path_pseudo = true;
			NLM_Port = 4045; MNT_Port = 4046; Rquota_Port = 4047;
		}
		NFSv4 { RecoveryRoot = $state; $v4 }
		EXPORT_DEFAULTS { Access_Type = RW; Squash = None; SecType = sys; }
		EXPORT {
			Export_Id = 1; Path = $dir; Pseudo = /export;
			FSAL { Name = VFS; }
			$more
		}
		LOG { Default_Log_Level = EVENT; COMPONENTS { CLIENTID = DEBUG; } }
		$text
	END
	: > "$state/log"
	# It tells sessions and what was not made durable of its lives apart by the second in which it starts: two of one second would be one.
	GANESHA_EPOCH=$((${GANESHA_EPOCH:-$(date +%s)} + 1))
	ganesha.nfsd -F -E "$GANESHA_EPOCH" -L "$state/log" -f "$state/conf" -p "$state/pid" < /dev/null > "$state/out" 2>&1 &
	GANESHA=$!
	server_wait "$GANESHA" "$state/log" grep -q 'NFS SERVER INITIALIZED' "$state/log"
	server_wait "$GANESHA" "$state/log" listens 2049
}
ganesha_stop() {
	server_stop "$GANESHA" "${1:-TERM}"
	GANESHA=
}
nfs_stop() {
	[ -z "${GANESHA:-}" ] || ganesha_stop
	[ -z "${RPCBIND:-}" ] || server_stop "$RPCBIND"
	RPCBIND=
}

# --- SMB: Samba ---------------------------------------------------------------------

# Users of the server: alice and bob, who own what they write, and root. Passwords: secret-NAME.
smb_password() { echo "secret-$1"; }

# The users exist in this test only, for the server and for the helper.
smb_users() {
	local user id=31000
	own_run
	cp /etc/passwd /etc/group "$W/.run/"
	for user in alice bob; do
		id=$((id + 1))
		echo "$user:x:$id:$id::/nonexistent:/bin/false" >> "$W/.run/passwd"
		echo "$user:x:$id:" >> "$W/.run/group"
	done
	mount --bind "$W/.run/passwd" /etc/passwd
	mount --bind "$W/.run/group" /etc/group
	for user in root alice bob; do
		printf '%s\n%s\n' "$(smb_password $user)" "$(smb_password $user)" |
			smbpasswd -c "$W/samba/conf" -s -a "$user" > /dev/null || die "smbpasswd $user"
	done
}

# smbd_start [GLOBAL [SHARE]]: lines for the section [global] and for the share "data", which is
# $EXPORT for every user. "read" is the same read-only, "guest" the same for anybody (as bob), "exact"
# the same with names that match only if they are equal.
smbd_start() {
	local state=/run/smbd shared=/run/export
	need smbd smbpasswd ss
	own_run
	mkdir -p "$state" "$EXPORT" "$shared" /run/samba
	[ -L "$W/samba" ] || ln -s .run/smbd "$W/samba"
	# By names that users of the server reach, wherever the test's folder is: its processes call
	# leases back from one another as the user whom they serve.
	mountpoint -q "$shared" || { chmod 777 "$EXPORT"; mount --bind "$EXPORT" "$shared"; }
	cat > "$state/conf" <<- END
		[global]
		server role = standalone server
		workgroup = TESTS
		disable netbios = yes
		smb ports = 445
		bind interfaces only = yes
		interfaces = ${SMB_INTERFACES:-lo}
		private dir = $state
		passdb backend = tdbsam
		lock directory = $state
		state directory = $state
		cache directory = $state
		pid directory = $state
		ncalrpc dir = /run/samba/ncalrpc
		log file = $state/log
		log level = 1
		load printers = no
		disable spoolss = yes
		map to guest = Bad User
		guest account = bob
		${1:-}
		[data]
		path = $shared
		read only = no
		create mask = 0777
		directory mask = 0777
		${2:-}
		[exact]
		path = $shared
		read only = no
		case sensitive = yes
		[read]
		path = $shared
		[guest]
		path = $shared
		read only = no
		guest ok = yes
		guest only = yes
	END
	[ -f "$state/passdb.tdb" ] || smb_users
	smbd -F -s "$state/conf" < /dev/null > "$state/out" 2>&1 &
	SMBD=$!
	server_wait "$SMBD" "$state/log" listens 445
}

# All processes of the server that started as PID, which comes first lest it replaces others.
smbd_processes() {
	local child
	echo "$1"
	for child in $(pgrep -P "$1" || true); do smbd_processes "$child"; done
}
smbd_stop() {
	local p all
	all=$(smbd_processes "$SMBD")
	if [ "${1:-TERM}" = KILL ]; then kill -KILL $all; else kill "-${1:-TERM}" "$SMBD"; fi
	for p in $all; do
		until_true 60 eval "! alive $p || grep -q '^State:.Z' /proc/$p/status" ||
			die "process $p of the server does not end"
	done
	wait "$SMBD" 2> /dev/null || true
	SMBD=
}

SHARE=//127.0.0.1/data
smb_needs() { [ -e "$BUILD/rumpkern/librumpkern-smb.so" ] || skip "the driver smb is not built"; }
smb() {
	mount -t rumpfs.smbfs -o "username=alice,password=$(smb_password alice)${1:+,$1}" \
		"//127.0.0.1/${2:-data}" "${3:-$M}"
}
smb_unmnt() { unmnt "$M" "$SHARE"; }
smb_proxy() {
	need python3
	python3 "$T/smbproxy.py" 4450 "${1:-$W/wire}" < /dev/null > "$W/proxy.log" 2>&1 &
	PROXY=$!
	server_wait "$PROXY" "$W/proxy.log" listens 4450
}
