# SPDX-License-Identifier: GPL-2.0-only
# Links of DFS are not followed, and say so; all else of the share works.
own_network
smb_needs
mkdir "$EXPORT"
ln -s 'msdfs:127.0.0.1\read' "$EXPORT/link"
echo text > "$EXPORT/f"
smbd_start 'host msdfs = yes' 'msdfs root = yes'
smb
is "$(ls "$M")" "$(printf '%s\n' f link)"
fails 2 'link.: Object is remote' ls "$M/link"
fails 1 'Object is remote' touch "$M/link/new"
is "$(cat "$M/f")" text
has "$(rumpfs log "$M")" 'a link of DFS to another share is not followed'
smb_unmnt
fails 32 'a link of DFS to another share is not followed; mount the share that it names' smb '' data/link
ended "$SHARE/link"
smbd_stop
