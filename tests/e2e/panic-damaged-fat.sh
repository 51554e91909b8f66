# SPDX-License-Identifier: GPL-2.0-only
# A FAT whose chain is damaged panics with errors=panic when the file is read, and with another setting does not.
syslog_start
fat "$I" 16 16
mnt && random "$M/f" 2000000 && unmnt
# The chain of the file ends in a free cluster in both copies of the table.
python3 - "$I" <<- 'END'
	import struct, sys
	f = open(sys.argv[1], 'r+b'); b = f.read(512)
	sector, reserved, fats, size = struct.unpack_from('<H', b, 11)[0], struct.unpack_from('<H', b, 14)[0], b[16], struct.unpack_from('<H', b, 22)[0]
	for n in range(fats):
	    f.seek((reserved + n * size) * sector + 2 * 20); f.write(b'\0\0')
END
mnt errors=continue
cat "$M/f" > /dev/null 2>&1 || true
ls "$M" > /dev/null
unmnt
mnt errors=panic
: > "$W/syslog"
cat "$M/f" > /dev/null 2>&1 && die "the damage was not seen"
until_true 15 not_mounted "$M"
ended
syslog_has 'FAT-fs.*(error|panic)|Kernel panic'
fat "$I" 16 16
mnt && touch "$M/new" && unmnt
clean
syslog_end
