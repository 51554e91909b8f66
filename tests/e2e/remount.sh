# SPDX-License-Identifier: GPL-2.0-only
# remount,ro and remount,rw reach the driver: the dirty bit of the image goes and comes.
fat "$I" 16 16
dirty() { (fsck.vfat -n "$I" || true) 2>&1 | grep -i 'dirty bit' > /dev/null; }
mnt
echo 1 > "$M/f"
sync -f "$M/f"
dirty || die "no dirty bit while mounted for writing"
mount -o remount,ro "$M"
has "$(findmnt -no OPTIONS "$M")" '^ro'
clean
fails 1 "Read-only" touch "$M/g"
mount -o remount,rw "$M"
has "$(findmnt -no OPTIONS "$M")" '^rw'
echo 2 > "$M/g"
sync -f "$M/g"
dirty || die "no dirty bit after remount,rw"
exec 3>> "$M/g"
fails 32 "busy|open for writing|read-only" mount -o remount,ro "$M"
has "$(findmnt -no OPTIONS "$M")" '^rw'
exec 3>&-
unmnt
clean
is "$(mtype -i "$I" ::g)" 2

# However often: what a remount names again is not remembered twice.
fat "$I" 16 16
mnt
for i in $(seq 150); do mount -o remount,errors=continue "$M" || die "refused at number $i"; done
unmnt
