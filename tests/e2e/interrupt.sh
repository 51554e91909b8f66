# SPDX-License-Identifier: GPL-2.0-only
# A caller that waits in the driver leaves at once when it is killed; others are served meanwhile.
fat "$I" 16 16
mnt "" "$I" "$M" faulty
cat "$M/hang" > /dev/null & waiting=$!
until_true 5 grep -qE 'request_wait|fuse' "/proc/$waiting/wchan" || true
fails 1 "Input/output" cat "$M/error"
start=$(date +%s%N)
kill -KILL $waiting
wait $waiting && die "the read came back"
((($(date +%s%N) - start) / 1000000 < 2000)) || die "left after $((($(date +%s%N) - start) / 1000000)) ms"
ls "$M" > /dev/null
unmnt
