# SPDX-License-Identifier: GPL-2.0-only
# The properties of tests/fs that a server's file system can have, on NFS 4.2 and 3.
# timeout: 400
own_network
mkdir "$EXPORT"
ganesha_start "$EXPORT" 'Graceless = true; Only_Numeric_Owners = true;' 'Attr_Expiration_Time = 0;'
for v in 4.2 3; do
	python3 "$T/fs/remote" --build "$BUILD" nfs 127.0.0.1:/export "$EXPORT" "$M" vers=$v
done
nfs_stop
