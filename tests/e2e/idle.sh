# SPDX-License-Identifier: GPL-2.0-only
# At most 5 context switches per second when idle, and at most 6 MiB private memory.
# alone
fat "$I" 16 16
mnt
ls "$M" > /dev/null
worker=$(worker_of "$I")
sleep 2
a=$(switches "$I")
sleep 10
b=$(switches "$I")
private=$(private_kib "$worker")
note "$((b - a)) context switches in 10 s, $private KiB private"
((b - a <= 50)) || die "$((b - a)) context switches in 10 s"
((private <= 6144)) || die "$private KiB private"
unmnt
