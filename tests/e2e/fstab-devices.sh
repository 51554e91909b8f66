# SPDX-License-Identifier: GPL-2.0-only
# fstab by UUID, LABEL, PARTUUID and /dev/disk: mount -a, what findmnt, df, lsblk and mount show, shutdown.
need lsblk
lo=() ; trap 'for l in "${lo[@]}"; do losetup -d "$l"; done' EXIT
dev_start
mkdir -p /dev/disk/by-{uuid,label,partuuid,id}
for i in 1 2 3 4 5; do
	fat "$W/img$i" 16 16 -n "STICK$i" -i "ABCD000$i"
	mkdir "$W/m$i"
	lo[i]=$(loop "$W/img$i")
done
mkdir "$W/m6"
ln -s "${lo[1]}" /dev/disk/by-uuid/ABCD-0001
ln -s "${lo[2]}" "/dev/disk/by-label/STICK2"
ln -s "${lo[3]}" /dev/disk/by-partuuid/12345678-03
ln -s "${lo[4]}" /dev/disk/by-id/usb-Stick_4-0:0-part1
fat "$I" 16 16
cat > fstab <<- END
	# systemd's and mount(8)'s words, which a helper gets to see
	UUID=ABCD-0001 $W/m1 rumpfs.vfat rw,nofail,x-systemd.automount,x-systemd.idle-timeout=60,x-systemd.device-timeout=5s 0 0
	LABEL=STICK2 $W/m2 rumpfs ro,_netdev,uhelper=rumpfs,comment=x 0 2
	PARTUUID=12345678-03 $W/m3 rumpfs.msdos defaults,x-gvfs-show,nofail,X-mount.mkdir 0 0
	/dev/disk/by-id/usb-Stick_4-0:0-part1 $W/m4 fuse.rumpfs.vfat noatime,uid=nobody,umask=077 0 0
	${lo[5]} $W/m5 rumpfs.vfat noauto,user 0 0
	$I $W/m6 rumpfs.auto nosuid,nodev,noexec,loglevel=4 0 0
	UUID=DEAD-BEEF $W/mnt rumpfs.vfat nofail 0 0
	/dev/disk/by-label/NONE $W/mnt rumpfs nofail,x-systemd.device-timeout=1 0 0
END
touch /etc/fstab
mount --bind fstab /etc/fstab

# Twice: each once, and nothing said.
for time in 1 2; do
	out=$(mount -a 2>&1) || die "mount -a, time $time: $? $out"
	is "$out" ""
	is "$(grep -c "$W/m" /proc/self/mounts)" 5 "time $time"
done
not_mounted "$W/m5"
not_mounted "$M"
findmnt --verify --tab-file fstab > verify 2>&1 || true
has_not "$(cat verify)" "$W/m[1-6].*(unsupported|unknown)"

# As the user expects to see it.
is "$(findmnt -no SOURCE,FSTYPE "$W/m1" | tr -s ' ')" "${lo[1]} fuseblk.rumpfs.vfat"
is "$(findmnt -no SOURCE,FSTYPE "$W/m6" | tr -s ' ')" "$I fuse.rumpfs.vfat"
is "$(findmnt -no TARGET "${lo[3]}")" "$W/m3"
is "$(findmnt -no TARGET --source "LABEL=STICK2")" "$W/m2"
has "$(findmnt -no OPTIONS "$W/m2")" '^ro,'
has "$(findmnt -no OPTIONS "$W/m4")" '^rw,noatime'
is "$(stat -c %U:%a "$W/m4")" nobody:700
has "$(mount)" "^${lo[1]} on $W/m1 type fuseblk.rumpfs.vfat \(rw,"
is "$(df --output=source,fstype "$W/m1" | tail -n 1 | tr -s ' ')" "${lo[1]} fuseblk.rumpfs.vfat"
has "$(df -h "$W/m6" | tail -n 1)" "^$I .*$W/m6"
is "$(lsblk -no MOUNTPOINTS "${lo[1]}")" "$W/m1"
has "$(lsblk -no FSAVAIL "${lo[1]}")" '[0-9]'

fields=$(lsblk -frno FSTYPE,LABEL,UUID,FSAVAIL,MOUNTPOINTS "${lo[1]}")
has "$fields" " [0-9.]+M $W/m1\$"
has "$(lsblk -f "${lo[1]}" | tail -n 1)" "[0-9.]+M +[0-9]+% $W/m1\$"
for column in -T --target; do is "$(findmnt $column "$W/m3" -no SOURCE)" "${lo[3]}"; done
is "$(findmnt -no SOURCE --types fuseblk.rumpfs.msdos)" "${lo[3]}"
has "$(findmnt --fstab -no FSTYPE,OPTIONS "$W/m4")" '^fuse.rumpfs.vfat +noatime,uid=nobody'
is "$(cd / && stat -fc %T "$W/m1")" fuseblk
is "$(findmnt -rno OPTIONS "$W/m1" | tr , '\n' | grep -c 'x-systemd\|nofail')" 0

# Options that are the kernel's or libmount's: remounted by fstab's entry, one by one, and as a bind mount.
mount -o remount,ro "$W/m3"
has "$(findmnt -no OPTIONS "$W/m3")" '^ro,'
fails 1 'Read-only' touch "$W/m3/x"
mount -o remount,rw "$W/m3"
touch "$W/m3/x"
mount -o remount,nosuid,nodev "$W/m3"
has "$(findmnt -no OPTIONS "$W/m3")" '^rw,nosuid,nodev'
mkdir "$W/ro"
mount --bind "$W/m3" "$W/ro" && mount -o remount,bind,ro "$W/ro"
fails 1 'Read-only' touch "$W/ro/y"
touch "$W/m3/y"
umount "$W/ro"

# umount by device, by tag and by directory; a bind mount lives on.
mkdir "$W/bind"
mount --bind "$W/m1" "$W/bind"
timeout 20 umount "$W/m1" || die "umount of what is mounted elsewhere too: $?"
echo x > "$W/bind/still"
is "$(cat "$W/bind/still")" x
umount "$W/bind"
ended "${lo[1]}"
is "$(mtype -i "$W/img1" ::still)" x
umount "${lo[2]}"
ended "${lo[2]}"
mount "$W/m1"
mount LABEL=STICK2
# In another name space too: data is written, but umount does not wait for that one's users.
mkfifo "$W/stay"
unshare -m --propagation private sh -c "touch '$W/other'; read x < '$W/stay'" &
until_true 10 test -e "$W/other"
echo y > "$W/m1/y"
fails 0 "in use in another mount name space" timeout 30 umount "$W/m1"
is "$(mtype -i "$W/img1" ::y)" y
echo > "$W/stay"
wait
ended "${lo[1]}"

# Forced and lazy, with files open.
mount "$W/m1"
exec 3> "$W/m1/open"
fails 32 busy umount "$W/m1"
echo z >&3
umount -l "$W/m1"
exec 3>&-
ended "${lo[1]}"
is "$(mtype -i "$W/img1" ::open)" z

mount "$W/m1"
echo f > "$W/m1/forced"
umount -f "$W/m1"
ended "${lo[1]}"
is "$(mtype -i "$W/img1" ::forced)" f

# One over the other: umount takes the upper.
mount "$W/m1"
mount --bind "$W/m2" "$W/m1"
umount "$W/m1"
has "$(findmnt -no SOURCE "$W/m1")" "${lo[1]}"
umount "$W/m1"
ended "${lo[1]}"

# As at shutdown: nested, busy with nothing, all at once, and everything is on the disks.
mount "$W/m1"
mkdir "$W/m1/below"
mount "$W/m5" && umount "$W/m5" && mount "${lo[5]}" "$W/m1/below" -t rumpfs.vfat
for i in 1 3 4 6; do random "$W/data$i" 3000000; cp "$W/data$i" "$W/m$i/data"; done
cp "$W/data1" "$W/m1/below/data"
umount -a -t fuseblk.rumpfs.vfat,fuse.rumpfs.vfat,fuseblk.rumpfs.msdos
has_not "$(cut -d" " -f3 /proc/self/mounts)" rumpfs
for i in 1 2 3 4 5; do ended "${lo[i]}"; clean "$W/img$i"; done
ended "$I"
for i in 1 3 4; do mcopy -o -i "$W/img$i" ::data copy; cmp copy "$W/data$i"; done
mcopy -o -i "$W/img5" ::data copy; cmp copy "$W/data1"
mcopy -o -i "$I" ::data copy; cmp copy "$W/data6"
umount /etc/fstab
for l in "${lo[@]}"; do losetup -d "$l"; done
lo=()
dev_end
