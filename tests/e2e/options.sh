# SPDX-License-Identifier: GPL-2.0-only
# Every option of the kernel's driver is taken and reaches it; unknown ones and bad values are refused.
fat "$I" 16 16
for o in uid=1 gid=1 umask=022 dmask=022 fmask=022 allow_utime=20 codepage=850 iocharset=iso8859-15 \
	utf8 utf8=0 uni_xlate shortname=lower shortname=win95 shortname=winnt shortname=mixed \
	check=r check=n check=s usefree nocase quiet showexec debug sys_immutable flush discard \
	dos1xfloppy tz=UTC time_offset=60 errors=continue errors=panic errors=remount-ro \
	nfs nfs=stale_rw nonumtail nonumtail=0 rodir; do
	mnt "$o" || die "refused: $o"
	unmnt
done
for o in nosuid,nodev,noexec sync dirsync noatime nodiratime relatime x-anything=1 _netdev nofail user; do
	mnt "$o" || die "refused: $o"
	unmnt
done
for o in nonsense nonsense=1 uid=xyzzy umask=9 umask codepage=cp437 shortname=none errors=explode check=z \
	memsize=1 blkio=magnetic retry=1 'blksize=512'; do
	fails 1 "${o%%=*}" mount -t rumpfs.vfat -o "$o" "$I" "$M"
	nothing_left
done
fails '32' 'codepage|999' mount -t rumpfs.vfat -o codepage=999 "$I" "$M"
nothing_left
mount -s -t rumpfs.vfat -o nonsense "$I" "$M" || die "-s does not ignore"
unmnt
clean
