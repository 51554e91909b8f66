# SPDX-License-Identifier: GPL-2.0-only
# Sourced by tests that install: a system of their own in $W/root. Its files are those of this one, /run, /tmp and
# /mnt are its own, and what is written there is kept in a layer beside it. root_start; in_root COMMAND...; root_files.

root_start() {
	local d
	mkdir root layers
	trap root_end EXIT
	mount -t tmpfs layers layers && mkdir layers/up layers/work
	mount -t overlay root -o "lowerdir=/,upperdir=$W/layers/up,workdir=$W/layers/work" root
	for d in proc sys dev; do mount --rbind "/$d" "root/$d" && mount --make-rslave "root/$d"; done
	for d in run tmp mnt; do mount -t tmpfs $d root/$d; done
	mkdir root/run/mount root/mnt/m
	# What ./run may have installed would hide what the test installs.
	rm -rf root/usr/sbin/*mount.*rumpfs* root/usr/local/{sbin/rumpfs,lib/*/rumpfs,share/man/man?/*rumpfs*} root/etc/rumpfs \
		root/usr/lib/{udev/rules.d,systemd/system}/*rumpfs*
}
# Before the runner looks what is left: to it this would be the whole machine.
root_end() { umount -lR root; umount -l layers; }

in_root() { chroot root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

# What was ever written there: files of this system that were replaced, removed (which a device marks) or added, and
# new directories. Logs, caches and what dpkg and libmount remember are theirs.
root_files() {
	{
		find layers/up root/run root/mnt ! -type d ! -path '*/var/log/*' ! -path '*/var/cache/*' \
			! -path '*/__pycache__/*' ! -path '*/var/lib/dpkg/*' ! -path '*/run/mount/utab*'
		find layers/up root/run root/mnt root/var/lib/dpkg/info -iname '*rump*'
		(cd layers/up && find . -mindepth 1 -type d ! -path '*/__pycache__*' \
			-exec sh -c 'for d; do [ -d "/$d" ] || echo "$d"; done' sh {} +)
	} | sort
	[ ! -s root/run/mount/utab ] || die "libmount still knows of $(cat root/run/mount/utab)"
}
