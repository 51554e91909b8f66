# SPDX-License-Identifier: GPL-2.0-only
# The process of a mount holds the driver it needs and no other, no writable code, no network.
fat "$I" 16 16
mnt
worker=$(worker_of "$I")
maps=$(cat "/proc/$worker/maps")
has "$maps" librumpkern-fat.so
is "$(grep -o 'librumpkern-[a-z0-9]*.so' <<< "$maps" | sort -u)" librumpkern-fat.so
has_not "$maps" ' rwxp | rwxs '
for socket in $(find "/proc/$worker/fd" -lname 'socket:*' -printf '%l\n' | tr -dc '0-9\n'); do
	grep -qw "$socket" "/proc/$worker/net/unix" || die "a socket that is not to the keeper"
done
lib=$(grep -om1 '/.*librumpkern-fat.so' <<< "$maps")
has_not "$(nm "$lib" 2> /dev/null | sed 's/.* //' || true)" '^(tcp_v4_connect|inet_create|nfs_fill_super|ext4_fill_super|udp_sendmsg)$'
has "$(cat "/proc/$worker/status")" 'NoNewPrivs:.1'
has "$(cat "/proc/$worker/status")" 'Seccomp:.2'
is "$(sed -n 's/^CapEff:\t//p' "/proc/$worker/status")" 0000000000000000
unmnt
