# SPDX-License-Identifier: GPL-2.0-only
# FITRIM, FAT attributes and volume identity, remount status; only root controls the daemon.
fat "$I" 32 64 -i CAFE1234
lo=$(loop "$I"); trap 'losetup -d $lo' EXIT
mnt "" "$lo"
random "$M/f" 5000000 && rm "$M/f" && sync -f "$M"
fstrim -v "$M" || note "fstrim: $?"
touch "$M/attr"
python3 - "$M" <<- 'END'
	import fcntl, os, struct, sys
	d = os.open(sys.argv[1], os.O_RDONLY); f = os.open(sys.argv[1] + '/attr', os.O_RDONLY)
	GET, SET, VOL = 0x80047210, 0x40047211, 0x80047213
	b = bytearray(4); fcntl.ioctl(f, GET, b); assert b[0] & 0x20, bytes(b)
	fcntl.ioctl(f, SET, struct.pack('I', 0x22)); fcntl.ioctl(f, GET, b); assert b[0] == 0x22, bytes(b)
	fcntl.ioctl(d, VOL, b); assert bytes(b) == bytes.fromhex('3412feca'), bytes(b)
END
unmnt "$M" "$lo"
has "$(mattrib -i "$I" ::attr)" 'A *H'
clean
