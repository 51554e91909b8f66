# SPDX-License-Identifier: GPL-2.0-only
# Two channels over two cables: both are used, and what is read and written is right, signed and sealed too; idle they send but
# echoes. When one of the cables is out the mount goes on by the other and loses nothing; then by both again.
# timeout: 180
own_network
smb_needs
need python3
mkdir "$EXPORT"
random "$EXPORT/f" 20000000
peer_network
ip link add rumpc type veth peer name rumpd
ip link set rumpd netns "$PEER"
ip addr add 10.9.7.1/24 dev rumpc
ip link set rumpc up
in_peer ip addr add 10.9.7.2/24 dev rumpd
in_peer ip link set rumpd up
until_true 30 eval "ip -br link show rumpc | grep -q LOWER_UP"
SMB_INTERFACES='"10.9.8.1;speed=1000000000" "10.9.7.1;speed=1000000000"' smbd_start 'server multi channel support = yes'
mount_it() { in_peer mount -t rumpfs.smbfs -o "username=alice,password=secret-alice,$1" //10.9.7.1/data "$M"; }
# The driver takes the second address from the server's list, the highest first.
# To which addresses the mount is connected.
channels() { in_peer ss -Htn state established dport = 445 | awk '{ sub(":445", "", $4); print $4 }' | sort | tr '\n' ' '; }
both="10.9.7.1 10.9.8.1 "
# What has gone over a cable, both ways.
bytes() { awk -v d="$1:" '$1 == d { print $2 + $10 }' /proc/net/dev; }
use() {
	cmp "$M/f" "$EXPORT/f"
	cp "$M/f" "$M/g" && sync -f "$M/g"
	cmp "$EXPORT/g" "$EXPORT/f"
	rm "$M/g"
}
for way in sign seal ""; do
	mount_it "hard,echo_interval=2,multichannel,max_channels=2${way:+,$way}"
	is "$(channels)" "$both" "$way"
	a=$(bytes rumpa) c=$(bytes rumpc)
	use
	a=$(($(bytes rumpa) - a)) c=$(($(bytes rumpc) - c))
	note "${way:-plain}: $((a / 1000000)) and $((c / 1000000)) MB"
	((a > 4000000 && c > 4000000)) || die "one of the channels is hardly used"
	[ -z "$way" ] || unmnt "$M" //10.9.7.1/data
done

# One of the cables is out under load, then the other.
load_start
for cable in rumpa rumpc; do
	ip link set $cable down
	start=$SECONDS
	load_goes_on || die "without $cable: the load does not go on"
	note "without $cable: goes on after $((SECONDS - start)) s"
	ip link set $cable up
	until_true 60 eval '[ "$(channels)" = "$both" ]' || die "with $cable again: $(channels)"
done
load_end
unmnt "$M" //10.9.7.1/data
smbd_stop
peer_end
