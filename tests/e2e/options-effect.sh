# SPDX-License-Identifier: GPL-2.0-only
# Options of the FAT driver do what they say, on FAT12, FAT16 and FAT32.
# variants: 12 16 32
need mattrib
mib() { [ "$VARIANT" = 12 ] && echo 4 || { [ "$VARIANT" = 16 ] && echo 16 || echo 64; }; }
fat "$I" "$VARIANT" "$(mib)"
export MTOOLS_SKIP_CHECK=1

mnt uid=12,gid=34,dmask=027,fmask=0137
mkdir "$M/d"
echo x > "$M/f"
is "$(stat -c '%u %g %a' "$M/d")" "12 34 750"
is "$(stat -c '%u %g %a' "$M/f")" "12 34 640"
fails 1 "not permitted" chown 99 "$M/f"
echo x > "$M/RUN.EXE"
echo x > "$M/read.txt"
TZ=UTC touch -d '2020-06-15 12:00:00' "$M/f"
unmnt
mnt umask=077
is "$(stat -c '%u %a' "$M/d")" "0 700"
unmnt
mnt quiet
chown 99 "$M/f" || die "quiet does not keep quiet"
is "$(stat -c %u "$M/f")" 0
unmnt
mnt umask=0,showexec
is "$(stat -c %a "$M/RUN.EXE")" 777
is "$(stat -c %a "$M/read.txt")" 666
unmnt

# Times: the disk has local time, without a zone.
mnt tz=UTC
utc=$(stat -c %Y "$M/f")
unmnt
mnt time_offset=90
is "$(($(stat -c %Y "$M/f") - utc))" -5400
unmnt

# Names: which case a short one has, which long ones get a number, which match.
mcopy -i "$I" /dev/null ::/UPPER.TXT
mnt shortname=lower
is "$(ls "$M" | grep -i upper)" upper.txt
unmnt
mnt shortname=win95
is "$(ls "$M" | grep -i upper)" UPPER.TXT
echo x > "$M/lower.txt"
is "$(ls "$M" | grep -i lower)" lower.txt
unmnt
mnt nonumtail
echo x > "$M/longer than eight.text"
[ -e "$M/LONGERTH.TEX" ] || die "nonumtail: no LONGERTH.TEX"
[ ! -e "$M/LONGER~1.TEX" ] || die "nonumtail: LONGER~1.TEX"
echo x > "$M/longer than eight times.text"
[ -e "$M/LONGER~1.TEX" ] || die "the second: no LONGER~1.TEX"
unmnt
mnt check=s
[ -e "$M/longer than eight.text" ] && [ ! -e "$M/Longer Than eight.text" ] || die "check=s: case does not matter"
unmnt
mnt
[ -e "$M/Longer Than eight.text" ] || die "case matters"
echo x > "$M/Größe"
unmnt
mnt iocharset=iso8859-1,utf8=0
[ -e "$M/$(printf 'Gr\366\337e')" ] || die "iocharset=iso8859-1: no such name"
unmnt
mnt uni_xlate,iocharset=ascii,utf8=0
[ -e "$M/Gr:00f6:00dfe" ] || die "uni_xlate: no such name: $(ls "$M")"
unmnt
# The short name is in the code page: 0x9b is another letter in each.
mnt codepage=437,names=8.3,check=relaxed
echo x > "$M/$(printf 'A\233B')"
unmnt
mnt codepage=437
[ -e "$M/A¢B" ] || die "codepage=437: no A¢B"
unmnt
mnt codepage=866
[ -e "$M/AЫB" ] || die "codepage=866: no AЫB"
unmnt

# Attributes that others have set.
mattrib +s -i "$I" ::/f
mnt sys_immutable
fails 1 "not permitted" rm -f "$M/f"
unmnt
mnt
mkdir "$M/rd"
unmnt
mattrib +r -i "$I" ::/rd ::/read.txt
mnt
is "$(stat -c %a "$M/read.txt" "$M/rd" | tr '\n' ' ')" "555 755 "
unmnt
mnt rodir
is "$(stat -c %a "$M/rd")" 555
unmnt

# What is removed goes back to the host.
mnt discard
random "$W/megabyte" 1000000
dd if="$W/megabyte" of="$M/big" conv=fsync status=none
unmnt
before=$(stat -c %b "$I")
mnt discard
rm "$M/big"
unmnt
[ "$(stat -c %b "$I")" -lt $((before - 1500)) ] || die "discard: the image had $before blocks and has $(stat -c %b "$I")"
clean
