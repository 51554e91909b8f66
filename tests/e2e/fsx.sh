# SPDX-License-Identifier: GPL-2.0-only
# Random operations on files against a model (60 s each at full length), then fsck and a comparison after remount.
# variants: uring pool
# timeout: 300
seconds=$((FULL ? 65 : 12))
fat "$I" 32 64
mnt
"$BUILD/tests/fsx" -t "$seconds" -k "$M" | tee "$W/out" || { cat "$W/out"; die "fsx"; }
sed -n 's/^/note: /p' "$W/out"
unmnt
clean
mnt ro
for model in "$W"/*.model; do cmp "$model" "$M/$(basename "$model" .model)"; done
unmnt
