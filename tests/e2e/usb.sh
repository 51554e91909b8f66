# SPDX-License-Identifier: GPL-2.0-only
# Sticks plugged in, as a real udevd sees them: what is mounted, where, for whom, what is not, and what is left when they go.
# variants: systemd udev
# timeout: 180
need udevadm nsenter setsid flock iconv
[ -x /lib/systemd/systemd-udevd ] || skip "udevd is not installed"
. "$T/systemd.sh"
stage=$BUILD/stage
[ -e "$stage/usr/lib/udev/rules.d/90-rumpfs-automount.rules" ] || die "the rule is not installed"
lo=(); trap 'for l in "${lo[@]}"; do losetup -d "$l" 2> /dev/null || true; done' EXIT
dev_start

# Four sticks with strange labels, and what is none or must be left alone.
label() { python3 -c 'import os, sys; f = open(sys.argv[1], "r+b"); f.seek(43); f.write(os.fsencode(sys.argv[2]).ljust(11)[:11])
d = open(sys.argv[1], "rb").read(1 << 16).find(b"WIPED      ", 512); assert d > 0; f.seek(d); f.write(os.fsencode(sys.argv[2]).ljust(11)[:11])' "$1" "$2"; }
names=(good twin hostile dots unnamed internal other fstab tagged luks raid swap fixed)
for n in "${names[@]}"; do fat "$W/$n" 16 16 -n WIPED; done
fat unnamed 16 16
fat tagged 16 16 -i 0BADCAFE
mkfs.ext4 -q -F -L EXT other
label good HOLIDAY; label twin HOLIDAY; label hostile $'../\x01a/\xff'; label dots '..'
printf 'LUKS\xba\xbe\0\1' | dd of=luks conv=notrunc status=none
# A member of a RAID, version 1.2: number, version, and that this superblock is at sector 8.
truncate -s 0 raid && truncate -s 16M raid
python3 -c 'import struct; f = open("raid", "r+b"); f.seek(4096); f.write(struct.pack("<II", 0xa92b4efc, 1) + bytes(8) + b"RUMPFSRUMPFSRAID"); f.seek(4096 + 144); f.write(struct.pack("<Q", 8))'
truncate -s 0 swap && truncate -s 4M swap && mkswap swap > /dev/null 2>&1
declare -A dev
for n in "${names[@]}"; do dev[$n]=$(loop "$W/$n"); lo+=("${dev[$n]}"); done
k() { basename "${dev[$1]}"; }
printf '%s\n' "${dev[fstab]} $M rumpfs.vfat noauto 0 0" "UUID=0BAD-CAFE $M rumpfs.vfat noauto 0 0" > fstab
is "$(blkid -p -o value -s USAGE "${dev[raid]}") $(blkid -p -o value -s USAGE "${dev[luks]}")" "raid crypto"

# A udevd with the rules for block devices and ours; on which bus they are is made up.
mkdir rules
cp /usr/lib/udev/rules.d/60-persistent-storage.rules /usr/lib/udev/rules.d/99-systemd.rules rules 2> /dev/null ||
	cp /usr/lib/udev/rules.d/60-persistent-storage.rules rules
cp "$stage/usr/lib/udev/rules.d/90-rumpfs-automount.rules" rules
for n in good twin hostile dots unnamed other fstab tagged luks raid swap; do echo "KERNEL==\"$(k $n)\", ENV{ID_BUS}=\"usb\""; done > rules/10-test.rules
echo "KERNEL==\"$(k fixed)\", ENV{ID_BUS}=\"usb\", ENV{UDISKS_IGNORE}=\"1\"" >> rules/10-test.rules
mkdir -p /usr/lib/udev/rules.d etc
mount --bind rules /usr/lib/udev/rules.d
cp "$stage/etc/rumpfs/automount.conf" etc
mkdir -p /etc/rumpfs
mount --bind etc /etc/rumpfs
if [ "$VARIANT" = systemd ]; then
	mkdir units
	cp "$stage/usr/lib/systemd/system/rumpfs-mount@.service" units
	systemd-analyze verify "units/rumpfs-mount@.service" 2>&1 | grep -i 'rumpfs-mount' && die "the unit is wrong"
	printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=notify\nPrivateMounts=yes\nExecStart=/lib/systemd/systemd-udevd\n' > units/udevd.service
	sd_start
	sd systemctl start udevd
else
	# Process 1 of a name space, and a udevd whose mounts nobody else sees.
	cat > .init <<- 'END'
		mount --make-rprivate / && mount -t proc proc /proc && mount -t tmpfs run /run && mkdir /run/mount
		mount --bind "$W/fstab" /etc/fstab
		unshare -m --propagation private /lib/systemd/systemd-udevd --daemon
		touch "$W/ready"
		while sleep 1; do :; done
	END
	unshare -fpmn --kill-child bash .init > udevd.log 2>&1 &
	SD_OUTER=$!
	until_true 10 test -e ready || { cat udevd.log; die "no udevd"; }
	SD_INIT=$(cat "/proc/$SD_OUTER/task/$SD_OUTER/children"); SD_INIT=${SD_INIT%% *}
	trap 'kill -KILL "$SD_INIT"; for l in "${lo[@]}"; do losetup -d "$l" 2> /dev/null || true; done' EXIT
fi
plug() { local n; for n; do sd udevadm trigger --settle --action=add --name-match="${dev[$n]}"; done; sd udevadm settle; }
# What the kernel says when the device goes: only its own event, the loop device stays.
pull() { sd udevadm trigger --settle --action=remove --name-match="${dev[$1]}"; sd udevadm settle; }
at() { awk -v d="${dev[$1]}" '{ for (i = 6; i < NF; i++) if ($i == "-" && $(i + 2) == d) print $5 }' "/proc/$SD_INIT/mountinfo"; }
is_at() { [ -n "$(at "$1")" ]; }
is_off() { [ -z "$(at "$1")" ]; }
processes() { ls "/proc/$SD_INIT/root/proc" > /dev/null; sd pgrep -c '^automount$' || true; }

# Off until enabled.
plug good
is_off good || die "mounted although not enabled"
auto() { sd udevadm info -q property "${dev[$1]}" | sed -n 's/^UDISKS_AUTO=//p'; }
is "$(auto good)" ""
[ "$VARIANT" = udev ] || sd systemctl stop "rumpfs-mount@$(k good).service"
pull good
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
plug internal other fstab tagged luks raid swap fixed
[ "$VARIANT" = udev ] || until_true 10 sd systemctl is-system-running > /dev/null || true
plug good	# a later event that was served: so were the earlier ones
for n in internal other fstab tagged luks raid swap fixed; do is_off $n || die "$n was mounted on $(at $n)"; done

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
if [ "$VARIANT" = systemd ]; then
	sd_end
else
	kill -KILL "$SD_INIT"
	wait "$SD_OUTER" 2> /dev/null || true
	trap 'for l in "${lo[@]}"; do losetup -d "$l" 2> /dev/null || true; done' EXIT
fi
umount /etc/rumpfs /usr/lib/udev/rules.d
rmdir /etc/rumpfs 2> /dev/null || true
for l in "${lo[@]}"; do losetup -d "$l"; done; lo=()
clean good
dev_end
