# SPDX-License-Identifier: GPL-2.0-only
# Delegations and referrals, which no server of Debian gives: a proxy before one that has neither adds them (nfsproxy.py).
# Who has a delegation opens without the server, and gives it back when it is called back, before the other's
# open goes on; then both see what was written. So it is when the connection was cut meanwhile. What is on another server is said to be. By NFS 4.0 the server calls back by a
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
# Since the last time; sizes are asked for as often as the other's driver wants attributes.
events() { is "$(sed '1d; /^size/d' "$W/events")" "$1" "${2:-}"; echo ready > "$W/events"; }
for i in 1 2 3 4 5 6 7; do echo "old $i" > "$EXPORT/f$i"; done
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

# To write: who has one opens, reads and writes without the server; the size is what he has written, also to the other. fsync is durable.
echo ready > "$W/events"
echo one >> "$M/f4"
events "open f4 w
grant f4"
echo two >> "$M/f4"
is "$(cat "$M/f4")" "old 4
one
two"
dd if=/dev/zero of="$M/f4" bs=64k count=40 oflag=append conv=notrunc,fsync status=none
cmp "$M/f4" "$EXPORT/f4"
events '' "an open of what may be written"
is "$(stat -c %s "$O/f4")" 2621454
has "$(cat "$W/events")" '^size f4 2621454$'
echo three >> "$M/f4"
cmp "$O/f4" "$EXPORT/f4"
is "$(tail -c 6 "$O/f4")" three
events "open f4 r
recall f4
return
open f4 r
grant f4"
# By who has the file open and writes on.
echo first >> "$M/f5"
events "open f5 w
grant f5"
exec 3>> "$M/f5"
echo before >&3
events ''
is "$(cat "$O/f5")" "old 5
first
before"
events "open f5 r
recall f5
claim
return"
echo after >&3
exec 3>&-
is "$(cat "$O/f5")" "old 5
first
before
after"

# The connection is cut while something is delegated: it can be called back all the same, by another.
if [ "$VARIANT" != 4.0 ]; then
	echo ready > "$W/events"
	exec 3>> "$M/f6"
	echo before >&3
	is "$(cat "$M/f7")" "old 7"
	kill -USR1 "$PROXY"
	until_true 20 eval 'df "$M" "$O" > /dev/null; [ "$(grep -c "^bind" "$W/events")" = 2 ]'
	is "$(cat "$O/f6")" "old 6
before"
	echo "new 7" > "$O/f7"
	is "$(cat "$M/f7")" "new 7"
	echo after >&3
	exec 3>&-
	is "$(cat "$O/f6")" "old 6
before
after"
	for f in f6 f7; do grep -q "recall $f" "$W/events" || die "$f was not called back"; done
fi

fails 2 'Object is remote' ls "$M/elsewhere/"
fails 1 'Object is remote' cat "$M/elsewhere/file"
umount "$M" "$O"
server_stop "$PROXY"
is "$(cat "$W/proxy")" ''
nfs_stop
