# SPDX-License-Identifier: GPL-2.0-only
# Long names, UTF-8, case, odd characters, and the same names seen by mtools.
fat "$I" 32 64
mnt
names=("Grüße aus Köln.txt" "日本語のファイル" "a.b.c.d" "lower" "UPPER" "MiXed.TxT" "with  two spaces" "$(printf 'x%.0s' {1..255})")
for n in "${names[@]}"; do echo "$n" > "$M/$n"; done
for n in "${names[@]}"; do is "$(cat "$M/$n")" "$n"; done
is "$(ls "$M" | wc -l)" ${#names[@]}
cat "$M/mixed.txt" > /dev/null || die "names match in any case"
echo new > "$M/LOWER"
is "$(cat "$M/lower")" new
fails 1 "File name too long" touch "$M/$(printf 'y%.0s' {1..256})"
fails 1 "Invalid argument" touch "$M/a:b"
unmnt
clean
mnt
is "$(cat "$M/Grüße aus Köln.txt")" "Grüße aus Köln.txt"
unmnt
MTOOLS_SKIP_CHECK=1 mdir -b -i "$I" :: | grep -q 'MiXed.TxT' || die "mtools does not see MiXed.TxT"
