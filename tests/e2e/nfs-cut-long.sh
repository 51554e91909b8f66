# SPDX-License-Identifier: GPL-2.0-only
# The cable to an NFS server is out for half a minute, under load: a hard mount loses nothing of what is read and written, a soft one
# gives up with an error, who is killed leaves at once; then all is as before.
# timeout: 180
own_network
mkdir "$EXPORT" "$W/soft"
random "$EXPORT/f" 30000000
random "$W/data" 5000000
chmod 777 "$EXPORT"
peer_network
ganesha_start
in_peer mount -t rumpfs.nfs -o vers=4.2,hard 10.9.8.1:/export "$M"
in_peer mount -t rumpfs.nfs -o vers=3,soft,timeo=20,retrans=2,acdirmin=0,actimeo=0 10.9.8.1:/export "$W/soft"
ls "$W/soft" > /dev/null
# Loads that are under way before, and still are afterwards.
(while dd if="$M/f" of="$W/copy" bs=64k iflag=direct 2> /dev/null && cmp "$W/copy" "$EXPORT/f" && echo >> reads && [ ! -e stop ]; do :; done) &
reader=$!
(i=0; while cp "$W/data" "$M/new.$i" && sync -f "$M/new.$i" && echo $i >> writes && [ ! -e stop ]; do i=$(((i + 1) % 5)); done) &
writer=$!
until_true 30 eval '[ -s reads ] && [ -s writes ]' || die "the load does not begin"
peer_cut
cut=$SECONDS
cat "$M/f" > /dev/null 2>&1 &
killed=$!
out=$(timeout 28 touch "$W/soft/g" 2>&1) && die "with the cable out: a soft mount"
has "$out" 'timed out|Input/output error|Host is down'
note "soft: ${out##*: } ($((SECONDS - cut)) s after the cut)"
kill -KILL $killed
until_true 5 eval "! alive $killed || grep -q '^State:.Z' /proc/$killed/status" || die "a killed reader does not leave"
wait $killed || true
for p in $reader $writer; do alive $p || die "a load on the hard mount gave up"; done
until_true 60 eval '((SECONDS - cut >= 30))'
have=$(wc -l < writes)
peer_mend
until_true 60 eval '[ "$(wc -l < writes)" -gt '$have' ]' || die "the writer does not go on"
touch stop
for p in $reader $writer; do wait $p || die "a load failed"; done
for f in "$EXPORT"/new.*; do cmp "$W/data" "$f"; done
note "$(wc -l < reads) reads, $(wc -l < writes) writes"
until_true 30 eval 'timeout 10 cmp -s "$W/soft/f" "$EXPORT/f"' || die "the soft mount does not come back"
umount "$W/soft" "$M"
ended 10.9.8.1:/export
nfs_stop
peer_end
