# SPDX-License-Identifier: GPL-2.0-only
# mount -a mounts what the fstab says, and a second time nothing.
fat "$I" 16 16 -n FSTAB
fat "$W/img2" 32 64
mkdir "$W/mnt2"
cat > "$W/fstab" <<- END
	$I $M rumpfs.msdos defaults,umask=022 0 0
	$W/img2 $W/mnt2 rumpfs.vfat ro,nosuid,nofail 0 0
	$W/absent $M rumpfs.vfat nofail 0 0
	$W/img2 $W/mnt2 rumpfs.vfat noauto 0 0
END
mount -T "$W/fstab" -a || note "exit status of mount -a: $?"
mount -T "$W/fstab" -a || true
is "$(grep -c "$W/" /proc/self/mounts)" 2
has "$(findmnt -no OPTIONS "$W/mnt2")" 'ro,.*nosuid|nosuid'
unmnt "$W/mnt2" "$W/img2"
umount "$M"
mount -T "$W/fstab" "$M"
unmnt
