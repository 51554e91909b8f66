# SPDX-License-Identifier: GPL-2.0-only
# Random operations by two clients at once, against a model, then compared with what the server has.
# variants: 3 4.0 4.2
# timeout: 300
own_network
random_folders
mkdir "$W/b"
ganesha_start
mount -t rumpfs.nfs -o "vers=$VARIANT" 127.0.0.1:/export "$M"
mount -t rumpfs.nfs -o "vers=$VARIANT" 127.0.0.1:/export "$W/b"
random_clients "$M" "$W/b"
umount "$M" "$W/b" && ended 127.0.0.1:/export
nfs_stop
