# SPDX-License-Identifier: GPL-2.0-only
# A name that did not exist appears under another spelling; renamed and removed ones vanish under all.
fat "$I" 16 16
mnt
[ ! -e "$M/FILE" ] && [ ! -e "$M/file" ]
echo 1 > "$M/File"
is "$(cat "$M/FILE" "$M/file" "$M/fIlE" | tr '\n' ' ')" "1 1 1 "
# The host keeps the directory locked until it has the answer, so what it remembers
# of the other spelling can be taken from it only after that: a moment later.
gone() { local n; for n; do [ ! -e "$M/$n" ] || return 1; done; }
mv "$M/FILE" "$M/other"
until_true 5 gone File FILE file fIlE || die "File is still there: $(ls "$M")"
rm "$M/OTHER"
until_true 5 gone other OTHER || die "other is still there: $(ls "$M")"
echo 2 > "$M/short~1.txt"
rename "$M/short~1.txt" "$M/SHORT~1.TXT"
is "$(ls "$M" | tr a-z A-Z)" "SHORT~1.TXT"
unmnt
clean
