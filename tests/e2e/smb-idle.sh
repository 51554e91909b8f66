# SPDX-License-Identifier: GPL-2.0-only
# An idle mount of a share is not busy: its processes wake for the driver's looks at the connection only.
own_network
smb_needs
mkdir "$EXPORT"
random "$EXPORT/f" 100000
smbd_start
smb
cat "$M/f" > /dev/null
ls -l "$M" > /dev/null
sleep 8		# longer than the driver keeps a closed file open, and the bridge memory
a=$(switches "$SHARE")
sleep 15
b=$(switches "$SHARE")
note "$((b - a)) context switches in 15 s"
((b - a <= 60)) || die "$((b - a)) context switches in 15 s"
smb_unmnt
smbd_stop
