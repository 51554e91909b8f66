# SPDX-License-Identifier: GPL-2.0-only
# rumpfs status, as a table and as JSON, and rumpfs log; with stuck and dead mounts among others.
fat "$I" 16 16 -n STATUS
fat "$W/img 2" 16 16
mkdir "$W/m \"2" "$W/m3" "$W/bind"
is "$(rumpfs status)" ""
is "$(rumpfs status --json)" "[]"
mnt errors=continue
mount -t rumpfs.msdos -o ro "$W/img 2" "$W/m \"2"
mount --bind "$M" "$W/bind"
out=$(rumpfs status)
echo "$out"
is "$(wc -l <<< "$out")" 3
has "$out" "^TARGET +SOURCE +TYPE +STATE +PID +UPTIME +MEMORY +PENDING +CRASHES +DRIVER"
has "$out" "^$M +$I +vfat +rw +$(worker_of "$I") +0:0[0-9] +[0-9.]+M +0 +0  vfat of Linux 6\.1\."
has "$out" "^$W/m \"2 +$W/img 2 +msdos +ro "
rumpfs status --json > json
python3 - json "$M" "$I" "$(keeper_of "$I")" "$(worker_of "$I")" <<- 'END'
	import json, sys
	name, target, source, keeper, worker = sys.argv[1:]
	mounts = json.load(open(name))
	assert len(mounts) == 2, mounts
	m = next(m for m in mounts if m['target'] == target)
	assert m['source'] == source and m['type'] == 'vfat' and m['component'] == 'fat', m
	assert m['keeper'] == int(keeper) and m['worker'] == int(worker) and m['state'] == 'serving', m
	assert m['linux'].startswith('6.1.') and 'errors=continue' in m['options'] and not m['readonly'], m
	assert 1 << 20 < m['memory'] < 64 << 20 and 0 <= m['uptime'] < 60 and m['pending'] == 0, m
	assert m['kernel_memory']['free'] <= m['kernel_memory']['size'], m
	assert next(m for m in mounts if m['target'] != target)['target'].endswith('m "2')
END
# One of them, by directory, by image, by the other directory of it.
for where in "$M" "$I" mnt "$W/bind"; do
	is "$(rumpfs status "$where" | sed 1d | awk '{ print $2 }' | sort -u)" "$I"
done
fails 1 "no rumpfs is mounted" rumpfs status /proc
fails 1 "no rumpfs is mounted" rumpfs status "$W/absent"
for args in "" "log" "status a b" "nonsense" "log --json $M" "--list status"; do fails 1 Usage rumpfs $args; done

# The log of its kernel, with times, and what the driver adds to it.
log=$(rumpfs log "$M")
has "$log" '^\[ +[0-9]+\.[0-9]{6}\] .*Linux version 6\.1\.'
has_not "$log" 'asked for'
fails 1 "no rumpfs" rumpfs log "$W"
umount "$W/bind"

# Others than root see what is mounted.
if command -v setpriv > /dev/null; then
	chmod 755 "$W" && chmod a+rx "$(dirname "$W")"
	as() { setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups "$@"; }
	has "$(as rumpfs status)" "^$M +$I +vfat +[?] +[0-9]+ +0:0"
	has "$(as rumpfs status --json)" '"memory": -1, "pending": -1'
	fails 32 "root" as rumpfs log "$M"
fi

# One that warned, one that does not answer, one that is dead.
unmnt "$W/m \"2" "$W/img 2"
mnt "" "$W/img 2" "$W/m3" faulty
cat "$W/m3/warn"
has "$(rumpfs log "$W/m3")" 'WARNING'
kill -STOP "$(worker_of "$W/img 2")"
before=$SECONDS
out=$(rumpfs status)
kill -CONT "$(worker_of "$W/img 2")"
((SECONDS - before < 10)) || die "status waited $((SECONDS - before)) s for one that does not answer"
has "$out" "^$W/m3 .* faulty +stuck +$(worker_of "$W/img 2") "
has "$out" "^$M .* vfat +rw "
kill -STOP "$(keeper_of "$W/img 2")"
dead=$(daemons "$W/img 2")
kill -KILL "$(worker_of "$W/img 2")"
is_dead() { rumpfs status "$W/m3" | grep -q ' dead '; }
until_true 10 is_dead || { rumpfs status; die "dead mount not shown"; }
has "$(rumpfs log "$W/m3")" WARNING
kill -CONT ${dead% *}
until_true 10 not_mounted "$W/m3"
# One without any process.
kill -STOP $(keeper_of "$I")		# it would make another spare at once
kill -KILL $(spare_of "$I") $(keeper_of "$I") $(worker_of "$I")
ended
fails 32 "daemon is not to be found" rumpfs log "$M"
has "$(rumpfs status "$M")" ' dead '
umount -l "$M"

# What could not be written is said, and an error.
for command in --list --version --help status 'status --json'; do
	status=0
	said=$(rumpfs $command 2>&1 > /dev/full) || status=$?
	[ "$command" = status ] && [ -z "$(rumpfs status)" ] && continue
	is "$status:$said" "2:rumpfs: standard output: No space left on device"
done
# The columns of the list stand below each other.
is "$(rumpfs --list | awk '{ print match($0, / r[ow]  /) }' | sort -u | wc -l)" 1
