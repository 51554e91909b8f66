# SPDX-License-Identifier: GPL-2.0-only
# 1000 mounts and unmounts (40 unless at full length): no process, mount, descriptor or memory of the host is left.
# timeout: 900
# alone
n=$((FULL ? 1000 : 40))
fat "$I" 16 16
memory() { awk '/^(MemFree|Buffers|Cached|SReclaimable):/ { m += $2 } END { print m }' /proc/meminfo; }
processes() { local all=(/proc/[0-9]*); echo ${#all[@]}; }
round() { mount -t rumpfs.vfat "$I" "$M" && : > "$M/f" && umount "$M"; }
for i in {1..10}; do round; done
ended
echo 3 > /proc/sys/vm/drop_caches || true
before=$(memory) shmem=$(awk '/^Shmem:/ { print $2 }' /proc/meminfo)
had=$(processes) files=$(cut -f 1 /proc/sys/fs/file-nr)
SECONDS=0
for ((i = 0; i < n; i++)); do round || die "mount number $i"; done
note "$n mounts and unmounts in $SECONDS s"
ended
# Other programs come and go; a leak stays.
settled() {
	echo 3 > /proc/sys/vm/drop_caches || true
	lost=$((before - $(memory)))
	shmem2=$(awk '/^Shmem:/ { print $2 }' /proc/meminfo)
	left=$(($(processes) - had))
	open=$(($(cut -f 1 /proc/sys/fs/file-nr) - files))
	((lost < 65536 && shmem2 - shmem < 16384 && left < 10 && open < 200))
}
until_true 30 settled || bad=1
note "memory $lost KiB less, shmem $((shmem2 - shmem)) KiB more, $left processes and $open open files more"
[ -z "${bad:-}" ] || die "something is lost"
clean
