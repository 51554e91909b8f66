# SPDX-License-Identifier: GPL-2.0-only
# The same on a loop device with a small memory and without writeback caching.
# timeout: 300
seconds=$((FULL ? 30 : 5))
fat "$I" 16 32
lo=$(loop "$I"); trap 'losetup -d $lo' EXIT
mnt memsize=16M,writeback=no "$lo"
"$BUILD/tests/fsx" -t "$seconds" -m 2000000 -k "$M"
unmnt "$M" "$lo"
fsck.vfat -n "$lo"
mnt ro "$lo"
for model in "$W"/*.model; do cmp "$model" "$M/$(basename "$model" .model)"; done
unmnt "$M" "$lo"
