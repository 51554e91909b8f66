# SPDX-License-Identifier: GPL-2.0-only
# Sticks plugged in, as a real udevd sees them: what is mounted, where, for whom, what is not, and what is left when they go.
# variants: systemd udev
# timeout: 180
. "$T/sticks.sh"
sticks_begin

# Four sticks with strange labels, and what is none or must be left alone.
label() { python3 -c 'import os, sys; f = open(sys.argv[1], "r+b"); f.seek(43); f.write(os.fsencode(sys.argv[2]).ljust(11)[:11])
d = open(sys.argv[1], "rb").read(1 << 16).find(b"WIPED      ", 512); assert d > 0; f.seek(d); f.write(os.fsencode(sys.argv[2]).ljust(11)[:11])' "$1" "$2"; }
names=(good twin hostile dots unnamed internal other fstab tagged luks raid lvm swap fixed)
for n in "${names[@]}"; do fat "$W/$n" 16 16 -n WIPED; done
fat unnamed 16 16
fat tagged 16 16 -i 0BADCAFE
mkfs.ext4 -q -F -L EXT other
label good HOLIDAY; label twin HOLIDAY; label hostile $'../\x01a/\xff'; label dots '..'
printf 'LUKS\xba\xbe\0\1' | dd of=luks conv=notrunc status=none
# A member of a RAID, version 1.2: number, version, and that this superblock is at sector 8.
truncate -s 0 raid && truncate -s 16M raid
python3 -c 'import struct; f = open("raid", "r+b"); f.seek(4096); f.write(struct.pack("<II", 0xa92b4efc, 1) + bytes(8) + b"RUMPFSRUMPFSRAID"); f.seek(4096 + 144); f.write(struct.pack("<Q", 8))'
# A physical volume: the label in the second sector, whose checksum is CRC-32 from another start and not inverted.
truncate -s 0 lvm && truncate -s 16M lvm
python3 -c 'import struct, zlib; rest = struct.pack("<I8s", 32, b"LVM2 001").ljust(492, b"L"); f = open("lvm", "r+b"); f.seek(512)
f.write(struct.pack("<8sQI", b"LABELONE", 1, zlib.crc32(rest, 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff) + rest)'
truncate -s 0 swap && truncate -s 4M swap && mkswap swap > /dev/null 2>&1
stick "${names[@]}"
usb good twin hostile dots unnamed other fstab tagged luks raid lvm swap
echo "KERNEL==\"$(k fixed)\", ENV{ID_BUS}=\"usb\", ENV{UDISKS_IGNORE}=\"1\"" >> rules/10-test.rules
printf '%s\n' "${dev[fstab]} $M rumpfs.vfat noauto 0 0" "UUID=0BAD-CAFE $M rumpfs.vfat noauto 0 0" > fstab
is "$(for n in raid lvm luks; do blkid -p -o value -s TYPE "${dev[$n]}"; done | tr '\n' ' ')" "linux_raid_member LVM2_member crypto_LUKS "

sticks_start
auto() { sd udevadm info -q property "${dev[$1]}" | sed -n 's/^UDISKS_AUTO=//p'; }

# Off until enabled.
plug good
is_off good || die "mounted although not enabled"
is "$(auto good)" ""
[ "$VARIANT" = udev ] || is "$(sd systemctl is-active "rumpfs-mount@$(k good).service")" inactive
# The next event of what is plugged in will do.
sed -i 's/^enabled.*/enabled = yes/; s/^user.*/user = nobody/' etc/automount.conf

plug good
until_true 20 is_at good || { tail -n 20 systemd.log udevd.log 2> /dev/null; sd udevadm info "${dev[good]}"; sd systemctl --no-pager status "rumpfs-mount@$(k good)" "dev-$(k good).device"; die "not mounted"; }
is "$(at good)" /run/media/rumpfs/HOLIDAY
has "$(sd findmnt -no OPTIONS /run/media/rumpfs/HOLIDAY)" '^rw,nosuid,nodev'
is "$(sd stat -c %U /run/media/rumpfs/HOLIDAY)" nobody
plug twin hostile dots unnamed
for n in twin hostile dots unnamed; do until_true 20 is_at $n || die "$n is not mounted"; done
is "$(at twin)" /run/media/rumpfs/HOLIDAY-1
case $(at hostile) in /run/media/rumpfs/*/* | *[!/A-Za-z0-9_.-]*) die "hostile: $(at hostile)" ;; esac
is "$(at dots)" "/run/media/rumpfs/$(k dots)"
is "$(at unnamed)" "/run/media/rumpfs/$(k unnamed)"
# The same event again mounts nothing twice.
sd udevadm trigger --settle --action=change --name-match="${dev[good]}"
is "$(at good | wc -l)" 1

# Never these.
plug internal other fstab tagged luks raid lvm swap fixed
[ "$VARIANT" = udev ] || until_true 10 sd systemctl is-system-running > /dev/null || true
plug good	# a later event that was served: so were the earlier ones
for n in internal other fstab tagged luks raid lvm swap fixed; do is_off $n || die "$n was mounted on $(at $n)"; done

# Desktops leave those to us that we mount, and only those.
is "$(for n in good twin hostile internal other fstab tagged luks; do echo "$n=$(auto $n)"; done | tr '\n' ' ')" \
	"good=0 twin=0 hostile=0 internal= other= fstab= tagged= luks= "

# The user at the seat may unmount; a stick that goes takes its directory along, also a busy one.
sd sh -c "echo x > /run/media/rumpfs/HOLIDAY/f"
sd setpriv --reuid nobody --regid nogroup --clear-groups umount /run/media/rumpfs/HOLIDAY-1
is_off twin
pull twin
pull good
until_true 20 is_off good || die "good is still there"
gone() { [ ! -e "/proc/$SD_INIT/root/run/media/rumpfs/$1" ]; }
until_true 10 gone HOLIDAY || die "the directory is left"
is "$(mtype -i good ::f)" x
exec 4< "/proc/$SD_INIT/root$(at hostile)"
pull hostile
until_true 20 is_off hostile || die "hostile is still there"
exec 4<&-
pull dots
pull unnamed
until_true 20 is_off dots
until_true 20 is_off unnamed
empty() { [ -z "$(ls "/proc/$SD_INIT/root/run/media/rumpfs" "/proc/$SD_INIT/root/run/rumpfs/automount")" ] ||
	[ "$(ls "/proc/$SD_INIT/root/run/media/rumpfs" | wc -l)" = 0 ]; }
until_true 10 empty || die "left: $(ls "/proc/$SD_INIT/root/run/media/rumpfs")"

# Plugged in again, read-only as the configuration says now.
sed -i 's/^access.*/access = ro/' etc/automount.conf
plug good
until_true 20 is_at good || die "not mounted the second time"
has "$(sd findmnt -no OPTIONS /run/media/rumpfs/HOLIDAY)" '^ro,nosuid,nodev'
pull good
until_true 20 is_off good

# Which types, where, with which options: all in that file, and never without nosuid and nodev.
sed -i 's|^access.*|access = rw|; s|^types.*|types = ext4 vfat|; s|^directory.*|directory = /run/media/elsewhere|; s/^options.*/options = suid,dev,noexec/' etc/automount.conf
pull other
plug other twin
for n in other twin; do until_true 20 is_at $n || die "$n is not mounted elsewhere"; done
is "$(at other) $(at twin)" "/run/media/elsewhere/EXT /run/media/elsewhere/HOLIDAY"
for d in EXT HOLIDAY; do has "$(sd findmnt -no OPTIONS /run/media/elsewhere/$d)" '^rw,nosuid,nodev,noexec'; done
for n in other twin; do pull $n; until_true 20 is_off $n || die "$n is still there"; done
sticks_end
clean good
dev_end
