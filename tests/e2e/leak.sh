# SPDX-License-Identifier: GPL-2.0-only
# 1000 mounts and unmounts (40 unless at full length): no process, mount, descriptor or memory of the host is left.
# timeout: 900
# alone
n=$((FULL ? 1000 : 40))
fat "$I" 16 16
memory() { awk '/^(MemFree|Buffers|Cached|SReclaimable):/ { m += $2 } END { print m }' /proc/meminfo; }
round() { mount -t rumpfs.vfat "$I" "$M" && : > "$M/f" && umount "$M"; }
for i in {1..10}; do round; done
ended
echo 3 > /proc/sys/vm/drop_caches || true
before=$(memory) shmem=$(awk '/^Shmem:/ { print $2 }' /proc/meminfo)
processes=$(ls -d /proc/[0-9]* | wc -l) files=$(cut -f 1 /proc/sys/fs/file-nr)
SECONDS=0
for ((i = 0; i < n; i++)); do round || die "mount number $i"; done
note "$n mounts and unmounts in $SECONDS s"
ended
echo 3 > /proc/sys/vm/drop_caches || true
after=$(memory) shmem2=$(awk '/^Shmem:/ { print $2 }' /proc/meminfo)
note "memory $((before - after)) KiB less, shmem $((shmem2 - shmem)) KiB more, open files $(($(cut -f 1 /proc/sys/fs/file-nr) - files))"
((before - after < 65536 && shmem2 - shmem < 16384)) || die "memory is lost"
(($(ls -d /proc/[0-9]* | wc -l) < processes + 10)) || die "processes are left"
(($(cut -f 1 /proc/sys/fs/file-nr) < files + 200)) || die "open files are left"
clean
