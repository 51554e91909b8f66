# SPDX-License-Identifier: GPL-2.0-only
# ro: nothing can be written, not a byte of the image changes.
fat "$I" 16 16
mnt && echo x > "$M/f" && unmnt
sum=$(sha256sum < "$I")
mnt ro
has "$(findmnt -no OPTIONS "$M")" '^ro'
fails 1 "Read-only file system" touch "$M/g"
fails 1 "Read-only file system" rm -f "$M/f"
cat "$M/f"
clean
unmnt
is "$(sha256sum < "$I")" "$sum"
