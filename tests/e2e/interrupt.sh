# SPDX-License-Identifier: GPL-2.0-only
# A caller that waits in the driver leaves at once when it is killed; others are served meanwhile.
fat "$I" 16 16
mnt "" "$I" "$M" faulty
# By way of the page cache the reader waits for a page, else for an answer, and is interrupted.
for flag in noatime direct; do
	dd if="$M/hang" iflag=$flag of=/dev/null bs=4096 count=1 status=none &
	waiting=$!
	asleep() { grep -q 'State:.[DS]' "/proc/$waiting/status"; }
	until_true 5 asleep
	fails 1 "Input/output" cat "$M/error"
	start=$(date +%s%N)
	kill -KILL $waiting
	wait $waiting && die "the read came back"
	took=$((($(date +%s%N) - start) / 1000000))
	((took < 2000)) || die "$flag: left after $took ms"
done
ls "$M" > /dev/null
unmnt
