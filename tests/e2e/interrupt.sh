# SPDX-License-Identifier: GPL-2.0-only
# A caller that waits in the driver leaves at once when it is killed; others are served meanwhile.
fat "$I" 16 16
mnt "" "$I" "$M" faulty
dd if="$M/hang" of=/dev/null bs=4096 count=1 status=none &
waiting=$!
asleep() { grep -q 'State:.[DS]' "/proc/$waiting/status"; }
until_true 5 asleep
fails 1 "Input/output" cat "$M/error"
start=$(date +%s%N)
kill -KILL $waiting
wait $waiting && die "the read came back"
took=$((($(date +%s%N) - start) / 1000000))
((took < 2000)) || die "left after $took ms"
ls "$M" > /dev/null
unmnt
