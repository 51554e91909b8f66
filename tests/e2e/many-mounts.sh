# SPDX-License-Identifier: GPL-2.0-only
# Twenty mounts at once, each its own process, and all of them end.
for i in {1..20}; do
	fat "$W/img$i" 16 16
	mkdir "$W/m$i"
done
for i in {1..20}; do mount -t rumpfs.vfat "$W/img$i" "$W/m$i" & done
wait
for i in {1..20}; do echo "$i" > "$W/m$i/f"; done
for i in {1..20}; do is "$(cat "$W/m$i/f")" "$i"; done
for i in {1..20}; do umount "$W/m$i" & done
wait
for i in {1..20}; do ended "$W/img$i"; clean "$W/img$i"; done
