# SPDX-License-Identifier: GPL-2.0-only
# Delegations and referrals, which no server of Debian gives: a proxy before one that has neither adds them (nfsproxy.py).
# Who has a delegation opens without the server, and gives it back when it is called back, before the other's
# open goes on; then both see what was written. What is on another server is said to be. By NFS 4.0 the server calls back by a
# connection of its own, by 4.1 and 4.2 over the client's.
# variants: 4.0 4.1 4.2
# timeout: 120
own_network
need python3
mkdir "$EXPORT" "$W/other"
ganesha_start "$EXPORT" 'Graceless = true;' 'Attr_Expiration_Time = 0;'
O=$W/other
: > "$W/events"
python3 "$T/nfsproxy.py" 2050 2049 "$W/events" < /dev/null > "$W/proxy" 2>&1 &
PROXY=$!
until_true 20 grep -q ready "$W/events"
# Since the last time.
events() { is "$(sed 1d "$W/events")" "$1" "${2:-}"; echo ready > "$W/events"; }
for i in 1 2 3; do echo "old $i" > "$EXPORT/f$i"; done
mount -t rumpfs.nfs -o vers=$VARIANT,port=2050 127.0.0.1:/export "$M"
mount -t rumpfs.nfs -o vers=$VARIANT,port=2050 127.0.0.1:/export "$O"

is "$(cat "$M/f1" "$M/f2")" "old 1
old 2"
events "open f1 r
grant f1
open f2 r
grant f2"
is "$(cat "$M/f1" "$M/f2")" "old 1
old 2"
events '' "an open of what is delegated"
echo "new 1" > "$O/f1"
events "open f1 w
recall f1
return"
is "$(cat "$M/f1" "$O/f1" "$M/f2")" "new 1
new 1
old 2"
events "open f1 r
grant f1
open f1 r"

# By who has the file open, of which the server hears then.
is "$(cat "$M/f3")" "old 3"
events "open f3 r
grant f3"
exec 3< "$M/f3"
events ''
echo "new 3" > "$O/f3"
events "open f3 w
recall f3
claim
return"
is "$(cat "$M/f3" "$O/f3" - <&3)" "new 3
new 3
new 3"
exec 3<&-

# A delegation given back by who has it itself, in order to write.
echo more >> "$M/f2"
is "$(cat "$EXPORT/f2" "$O/f2")" "old 2
more
old 2
more"

fails 2 'Object is remote' ls "$M/elsewhere/"
fails 1 'Object is remote' cat "$M/elsewhere/file"
umount "$M" "$O"
server_stop "$PROXY"
is "$(cat "$W/proxy")" ''
nfs_stop
