# SPDX-License-Identifier: GPL-2.0-only
# A damaged FAT with errors=panic and a driver that fails at mount: exit 32, the panic whole, nothing left.
# timeout: 180
fat "$I" 16 16
for way in oops bug spin overflow; do
	status=0
	out=$(mount -t rumpfs.faulty -o "fail=$way,watchdog=2" "$I" "$M" 2>&1) || status=$?
	echo "$out"
	is "$status" 32 "$way"
	has "$out" 'panic|Kernel panic|watchdog'
	nothing_left
done
fails 32 "rror" mount -t rumpfs.faulty -o fail=error "$I" "$M"
nothing_left
mnt && unmnt
clean
