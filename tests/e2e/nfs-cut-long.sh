# SPDX-License-Identifier: GPL-2.0-only
# The cable to an NFS server is out for half a minute, under load: a hard mount loses nothing of what is read and written, a soft one
# gives up with an error, who is killed leaves at once; then all is as before.
# timeout: 180
own_network
mkdir "$EXPORT" "$W/soft"
chmod 777 "$EXPORT"
peer_network
ganesha_start
in_peer mount -t rumpfs.nfs -o vers=4.2,hard 10.9.8.1:/export "$M"
in_peer mount -t rumpfs.nfs -o vers=3,soft,timeo=20,retrans=2,acdirmin=0,actimeo=0 10.9.8.1:/export "$W/soft"
ls "$W/soft" > /dev/null
load_start
peer_cut
cut=$SECONDS
cat "$M/f" > /dev/null 2>&1 &
caller=$!
out=$(timeout 28 touch "$W/soft/g" 2>&1) && die "with the cable out: a soft mount"
has "$out" 'timed out|Input/output error|Host is down'
note "soft: ${out##*: } ($((SECONDS - cut)) s after the cut)"
kill_callers reader $caller
load_lives
until_true 60 eval '((SECONDS - cut >= 30))'
peer_mend
load_goes_on || die "the load does not go on"
load_end
until_true 30 eval 'timeout 10 cmp -s "$W/soft/f" "$EXPORT/f"' || die "the soft mount does not come back"
umount "$W/soft" "$M"
ended 10.9.8.1:/export
nfs_stop
peer_end
