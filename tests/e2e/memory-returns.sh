# SPDX-License-Identifier: GPL-2.0-only
# Memory that the rump kernel frees goes back to the host: RSS falls when a big file is dropped.
fat "$I" 32 256
mnt nodirect,memsize=128M 2> /dev/null || mnt memsize=128M
worker=$(worker_of "$I")
rss() { awk '/^Rss:/ { print $2 }' "/proc/$worker/smaps_rollup"; }
idle=$(rss)
random "$M/big" 80000000
sync -f "$M/big"
full=$(rss)
rm "$M/big"
fallen() { (($(rss) < idle + (full - idle) / 4 + 4096)); }
until_true 20 fallen || die "RSS: idle $idle, full $full, after unlink $(rss) KiB"
note "RSS: idle $idle, with a big file $full, after its unlink $(rss) KiB"
unmnt
clean
