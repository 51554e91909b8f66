# SPDX-License-Identifier: GPL-2.0-only
# BFS: a single directory, files in one piece each; who finds no room hears of it at once.
make_fs bfs
mount -t rumpfs "$I" "$M"
fails 1 'Operation not permitted' mkdir "$M/folder"
random "$W/data" 3000000
for i in 1 2 3; do cp "$W/data" "$M/f$i"; done
ln "$M/f1" "$M/again"
mv "$M/f2" "$M/moved"
rm "$M/f3"
sync "$M/f1"
echo more >> "$M/moved"
cp "$W/data" "$W/longer"; echo more >> "$W/longer"
dd if=/dev/zero of="$M/fill" bs=64k status=none 2> err && die "it is full, and nobody says so"
has "$(cat err)" 'No space left on device'
content() { cmp "$W/data" "$M/f1" && cmp "$W/longer" "$M/moved" && is "$(ls "$M" | tr '\n' ' ')" "again f1 fill moved " && is "$(stat -c %h "$M/again")" 2; }
content
unmnt
mount -t rumpfs "$I" "$M"
content
rm "$M/fill"
cp "$W/data" "$M/fits"
cmp "$W/data" "$M/fits"
unmnt
