# SPDX-License-Identifier: GPL-2.0-only
# The fixture itself: ganesha serves what the exported directory holds, by v3 and v4, and can be restarted.
own_network
need nfs-cat
mkdir "$EXPORT"
random "$EXPORT/f" 100000
ganesha_start
for v in 3 4; do
	nfs-cat "nfs://127.0.0.1/export/f?version=$v" | cmp - "$EXPORT/f"
done
ganesha_stop KILL
ganesha_start
nfs-cat "nfs://127.0.0.1/export/f?version=4" | cmp - "$EXPORT/f"
nfs_stop
