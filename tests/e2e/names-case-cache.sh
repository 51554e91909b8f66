# SPDX-License-Identifier: GPL-2.0-only
# A name that did not exist appears under another spelling; renamed and removed ones vanish under all.
fat "$I" 16 16
mnt
[ ! -e "$M/FILE" ] && [ ! -e "$M/file" ]
echo 1 > "$M/File"
is "$(cat "$M/FILE" "$M/file" "$M/fIlE" | tr '\n' ' ')" "1 1 1 "
mv "$M/FILE" "$M/other"
for n in File FILE file fIlE; do [ ! -e "$M/$n" ] || die "$n is still there"; done
rm "$M/OTHER"
for n in other OTHER; do [ ! -e "$M/$n" ] || die "$n is still there"; done
echo 2 > "$M/short~1.txt"
rename "$M/short~1.txt" "$M/SHORT~1.TXT"
is "$(ls "$M" | tr a-z A-Z)" "SHORT~1.TXT"
unmnt
clean
