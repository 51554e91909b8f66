# SPDX-License-Identifier: GPL-2.0-only
# The properties of tests/fs that a share can have: as it is mounted unless told otherwise, and by an
# older version of the protocol, without caches, with symbolic links of our own making, on a server that tells "a" from "A".
# timeout: 600
own_network
smb_needs
mkdir "$EXPORT"
smbd_start
holds() { python3 "$T/fs/remote" --build "$BUILD" "${@:3}" smbfs "$1" "$EXPORT" "$M" "username=alice,password=$(smb_password alice)$2"; }
holds "$SHARE" ''
holds //127.0.0.1/exact ,vers=2.1,cache=none,actimeo=0,mfsymlinks --but case=sensitive
smbd_stop
