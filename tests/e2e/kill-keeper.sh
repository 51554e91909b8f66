# SPDX-License-Identifier: GPL-2.0-only
# kill -9 of the keeper: its spare goes on. The mount serves, can be unmounted, and is detached after a later panic.
# timeout: 120
syslog_start
fat "$I" 16 16
has_spare() { [ -n "$(spare_of "$I")" ]; }
# One process, and not the old one: a new spare is called a keeper for a moment.
another() { local now=$("$1"_of "$I"); [[ $now =~ ^[0-9]+$ ]] && [ "$now" != "$2" ]; }
another_keeper() { another keeper "$1"; }
another_spare() { another spare "$1"; }
kill_keeper() {
	until_true 10 has_spare || die "no spare"
	local old=$(keeper_of "$I")
	kill -KILL "$old"
	until_true 10 another_keeper "$old" || die "no new keeper"
	until_true 10 has_spare || die "no new spare"
}

# Served as before, twice over; umount ends everybody.
mnt
worker=$(worker_of "$I")
kill_keeper
syslog_has 'keeper .*was killed, its spare goes on'
echo x > "$M/f"
kill_keeper
is "$(worker_of "$I")" "$worker"
is "$(rumpfs status --json "$M" | python3 -c 'import json, sys; m = json.load(sys.stdin)[0]; print(m["keeper"], m["survived"])')" "$(keeper_of "$I") 2"
is "$(cat "$M/f")" x
unmnt
clean
mnt && is "$(cat "$M/f")" x && unmnt

# A spare that is killed is replaced.
mnt
until_true 10 has_spare
old=$(spare_of "$I")
kill -KILL "$old"
until_true 10 another_spare "$old" || die "no new spare"
unmnt

# A driver that fails later leaves no dead mount.
mnt "" "$I" "$M" faulty
kill_keeper
: > "$W/syslog"
cat "$M/oops" > /dev/null 2>&1 && die "read came back"
until_true 15 not_mounted "$M" || die "dead mount still there"
ended
syslog_has 'panic'

# So does one that is asked to end.
mnt
kill_keeper
echo y > "$M/f"
kill -TERM "$(keeper_of "$I")"
until_true 15 not_mounted "$M" || die "SIGTERM: still mounted"
ended
clean
mnt && is "$(cat "$M/f")" y && unmnt
syslog_end
