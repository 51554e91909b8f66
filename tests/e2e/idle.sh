# SPDX-License-Identifier: GPL-2.0-only
# At most 5 context switches per second when idle, and at most 6 MiB private memory.
# alone
fat "$I" 16 16
mnt
ls "$M" > /dev/null
worker=$(worker_of "$I")
switches() {
	local p n=0
	for p in $(daemons "$I"); do
		n=$((n + $(cat /proc/$p/task/*/status | awk '/ctxt_switches/ { n += $2 } END { print n + 0 }')))
	done
	echo $n
}
sleep 2
a=$(switches)
sleep 10
b=$(switches)
private=$(awk '/^Private_/ { n += $2 } END { print n }' "/proc/$worker/smaps_rollup")
note "$((b - a)) context switches in 10 s, $private KiB private"
((b - a <= 50)) || die "$((b - a)) context switches in 10 s"
((private <= 6144)) || die "$private KiB private"
unmnt
