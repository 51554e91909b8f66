# SPDX-License-Identifier: GPL-2.0-only
# Random operations by two clients at once, against a model, then compared with what the server has.
# variants: plain seal
# timeout: 300
own_network
smb_needs
random_folders
mkdir "$W/b"
smbd_start
way=
[ "$VARIANT" = plain ] || way=,seal
smb "nosharesock$way"
smb "nosharesock$way" DATA "$W/b"
random_clients "$M" "$W/b"
umount "$W/b" && ended //127.0.0.1/DATA
smb_unmnt
smbd_stop
