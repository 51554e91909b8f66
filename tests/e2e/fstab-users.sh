# SPDX-License-Identifier: GPL-2.0-only
# fstab's user, users, owner: who may mount and who may unmount, with the real setuid mount(8).
need setpriv
as() { setpriv --reuid "$1" --regid "$(id -g "$1")" --clear-groups "${@:2}"; }
chmod 755 "$W" && chmod a+rx "$(dirname "$W")"
lo=; trap '[ -z "$lo" ] || losetup -d "$lo"' EXIT
fat "$I" 16 16
fat "$W/img2" 16 16
fat "$W/img3" 16 16
lo=$(loop "$W/img3")
mkdir m2 m3 m4 theirs link-to && ln -s theirs link
chown nobody theirs && mkdir theirs/m && cp "$I" theirs/img
cat > fstab <<- END
	$I $M rumpfs.vfat noauto,user 0 0
	$W/img2 $W/m2 rumpfs.vfat noauto,users,exec 0 0
	$lo $W/m3 rumpfs noauto,owner 0 0
	$lo $W/m4 rumpfs noauto,group 0 0
	$W/img2 $W/theirs rumpfs.vfat noauto,user,ro 0 0
	$I $W/theirs/m rumpfs.vfat noauto,user 0 0
	$W/theirs/img $W/link-to rumpfs.vfat noauto,user 0 0
END
touch /etc/fstab
mount --bind fstab /etc/fstab

# The user's files on FAT, and what user implies.
as nobody mount "$M"
has "$(findmnt -no OPTIONS "$M")" '^rw,nosuid,nodev,noexec'
is "$(stat -c %U "$M")" nobody
as nobody touch "$M/f"
is "$(stat -c %U "$M/f")" nobody
is "$(sed -n 's/^Uid:\t\([0-9]*\)\t.*/\1/p' "/proc/$(keeper_of "$I")/status")" 0
# The same user only may unmount; not another, and not with options that are root's.
fails 1 "only root, and the user who mounted it" as games umount "$M"
mounted "$M" || die "games unmounted it"
fails 1 "root" as nobody umount -f "$M"
as nobody umount "$M"
ended
clean

# What root mounted is root's.
mount "$M"
fails 1 "only root" as nobody umount "$M"
fails '32' 'already mounted|in use' as nobody mount.rumpfs "$I" "$M"
unmnt

# users: anybody; exec takes back what it implies.
as nobody mount "$W/m2"
has "$(findmnt -no OPTIONS "$W/m2")" '^rw,nosuid,nodev,relatime'
as games umount "$W/m2"
ended "$W/img2"

# owner: of the device.
chown root "$lo"
fails 1 "root|only|permission" as nobody mount "$W/m3"
chown nobody "$lo"
as nobody mount "$W/m3"
is "$(findmnt -no SOURCE "$W/m3")" "$lo"
fails 1 "only root" as games umount "$W/m3"
as nobody umount -l "$W/m3"
ended "$lo"
chown root "$lo"

# group: the device's.
fails 1 "root|only|permission" as nobody mount "$W/m4"
chgrp "$(id -g nobody)" "$lo"
as nobody mount "$W/m4"
has "$(findmnt -no OPTIONS "$W/m4")" '^rw,nosuid,nodev'
as nobody umount "$W/m4"
ended "$lo"
chgrp root "$lo"

# What fstab does not say is not mounted, whatever the arguments.
for args in "$I $W/m2" "$W/img2 $M" "/dev/null $M" "$I $W" "$I $M -o suid,for=root"; do
	case $args in
	*suid*) as nobody mount.rumpfs $args && has "$(findmnt -no OPTIONS "$M")" nosuid && umount "$M" && ended ;;
	*) fails 1 "must be root" as nobody mount.rumpfs $args ;;
	esac
done
nothing_left
# A directory of the user's in the way could become anything.
if as nobody mount -o rw,suid "$W/theirs"; then
	has "$(findmnt -no OPTIONS "$W/theirs")" '^ro,nosuid,nodev,noexec'
	as nobody umount "$W/theirs"
	ended "$W/img2"
fi
fails 1 "others than root" as nobody mount "$W/theirs/m"
fails 1 "others than root" as nobody mount "$W/link-to"
as nobody mount "$W/theirs"
as nobody umount "$W/theirs"
ended "$W/img2"

# The setuid program called by hand, with an environment and descriptors of the caller's.
user=$(find /usr/local/lib /usr/lib -name rumpfs-user -print -quit)
is "$(stat -c %a:%u "$user")" 4755:0
fails 1 "is run by" as nobody "$user"
fails 1 "is run by" as nobody "$user" umount -f "$M"
fails 1 "no rumpfs is mounted" as nobody "$user" umount /proc
fails 1 "must be root" as nobody "$user" mount "$I" "$W"
RUMPFS_LIBDIR=$W/theirs TZ=:/etc/shadow as nobody "$user" mount "$I" "$M"
has_not "$(tr '\0' '\n' < "/proc/$(keeper_of "$I")/environ")" 'theirs|shadow'
as nobody "$user" umount "$M"
ended
umount /etc/fstab
losetup -d "$lo"; lo=
clean "$W/img3"
