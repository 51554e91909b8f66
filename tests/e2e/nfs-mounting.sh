# SPDX-License-Identifier: GPL-2.0-only
# A share is mounted once on a directory, and what is in use stays so: umount -f ends it only when its server is silent.
own_network
need flock
ganesha_start
S=127.0.0.1:/export
echo hello > "$EXPORT/f"
mkdir "$W/other"
mount -t rumpfs.nfs $S "$M"
fails 32 "$S: is already mounted on $M" mount -t rumpfs.nfs -o ro $S "$M"
mount -t rumpfs.nfs $S "$W/other"
mount -t rumpfs.nfs $S/ "$M"
umount "$M"

# In use: nothing happens to it, whether somebody only has it open or works on it.
exec 3> "$M/open"
echo before >&3
fails 32 'target is busy' umount -f "$M"
echo after >&3
(while cat "$M/f" > "$W/read" && [ ! -e stop ]; do echo >> reads; done) &
reader=$!
until_true 20 test -s reads
fails 32 'target is busy' umount -f "$M"
touch stop
wait $reader || die "a reader was disturbed"
exec 4>> "$W/other/open"
flock 4
flock "$M/open" true 3>&- 4>&- &
waiter=$!
until_true 20 eval 'rumpfs status --json "$M" | grep -q "\"pending\": [1-9]"'
fails 32 'target is busy' umount -f "$M"
exec 4>&-
wait $waiter || die "who waits for a lock was disturbed"
exec 3>&-
umount "$W/other"
is "$(cat "$EXPORT/open")" $'before\nafter'
umount -f "$M"
ended $S

# Somebody waits for a server that does not answer him, though what the others want is known.
mount -t rumpfs.nfs -o actimeo=600 $S "$M"
ls -l "$M" > /dev/null
kill -STOP "$GANESHA"
cat "$M/open" > "$W/read" 2> "$W/said" &
waiting=$!
until_true 20 eval 'rumpfs status --json "$M" | grep -q "\"pending\": [1-9]"'
timeout 60 umount -f "$M" || true
until_true 20 eval '! alive $waiting' || die "umount -f leaves a caller waiting"
not_mounted "$M" || umount -f "$M"
kill -CONT "$GANESHA"
ended $S
nfs_stop
