# SPDX-License-Identifier: GPL-2.0-only
# A server that comes back at another address: its name is looked up again before each try to connect, and what was open goes on. One of several
# addresses, a name that has none any more, a resolver that is silent, an address that the user gave.
# timeout: 180
own_network
smb_needs
need python3 getent
mkdir "$EXPORT"
for i in 2 3 4; do ip addr add 127.0.0.$i/8 dev lo; done
# The test's own tables, changed in place: they are mounted.
printf 'hosts: files dns\npasswd: files\ngroup: files\n' > "$W/nsswitch"
echo "multi on" > "$W/host.conf"
printf 'nameserver 127.0.0.4\noptions timeout:30 attempts:1\n' > "$W/resolv"
touch "$W/hosts" /etc/host.conf /etc/nsswitch.conf
for f in nsswitch:nsswitch.conf host.conf:host.conf resolv:resolv.conf hosts:hosts; do mount --bind "$W/${f%:*}" "/etc/${f#*:}"; done
# The server asks for its own name.
name_is() {
	local a
	echo "127.0.0.1 localhost $HOSTNAME" > "$W/hosts"
	for a; do echo "$a files.example"; done >> "$W/hosts"
}
server_at() { SMB_INTERFACES=$1/32; smbd_start; }
at() { ss -Htn state established "dport = :445" | awk '{ print $4 }' | grep -q "^$1:"; }
comes_to() { timeout 60 stat "$M/f" > /dev/null || die "the mount is gone"; until_true 10 at "$1" || die "not at $1: $(ss -Htn dport = :445)"; }

name_is 127.0.0.2
server_at 127.0.0.2
SHARE=//files.example/data
mount -t rumpfs.smbfs -o "hard,echo_interval=1,username=alice,password=$(smb_password alice)" "$SHARE" "$M"
random "$M/f" 3000000
load_start
at 127.0.0.2 || die "not where the name is"
smbd_stop KILL
name_is 127.0.0.3
server_at 127.0.0.3
load_goes_on || die "the load stands still"
at 127.0.0.3 || die "not where the name is now"
load_lives
load_end
rumpfs log "$M" | grep -q "connecting to files.example at 127.0.0.3" || die "the log does not say so"
cmp "$EXPORT/f" "$M/f"

echo "the name is gone: the address is the old one"
smbd_stop KILL
name_is
server_at 127.0.0.3
comes_to 127.0.0.3

echo "nobody knows, and the resolver is silent"
python3 -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.4", 53)); open("asked", "w")
while 1: s.recv(999); open("asked", "a").write(".")' < /dev/null &
DNS=$!
until_true 10 [ -e asked ]
smbd_stop KILL
server_at 127.0.0.3
until_true 30 [ -s asked ] || die "the resolver was not asked"
comes_to 127.0.0.3
server_stop $DNS KILL
smb_unmnt

echo "of two addresses the one that answers"
name_is 127.0.0.2 127.0.0.3
read -r first second < <(getent ahostsv4 files.example | awk '$2 == "STREAM" { print $1 }' | tr '\n' ' '; echo)
smbd_stop
server_at "$second"
mount -t rumpfs.smbfs -o "hard,echo_interval=1,username=alice,password=$(smb_password alice)" "$SHARE" "$M"
comes_to "$second"
smbd_stop KILL
server_at "$second"
comes_to "$second"
smbd_stop KILL
server_at "$first"
comes_to "$first"
smb_unmnt

echo "an address that was given is the address"
smbd_stop
name_is 127.0.0.2
server_at 127.0.0.3
mount -t rumpfs.smbfs -o "ip=127.0.0.3,hard,echo_interval=1,username=alice,password=$(smb_password alice)" "$SHARE" "$M"
comes_to 127.0.0.3
smbd_stop KILL
server_at 127.0.0.3
comes_to 127.0.0.3
smb_unmnt
smbd_stop
until_true 40 eval '! pgrep -x rumpfs-lookup' || die "somebody still looks up"
