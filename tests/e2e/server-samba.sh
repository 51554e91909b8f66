# SPDX-License-Identifier: GPL-2.0-only
# The fixture itself: smbd serves what the shared directory holds, to its users and guests, and can be restarted.
own_network
need smbclient
mkdir "$EXPORT"
random "$EXPORT/f" 100000
smbd_start
get() { rm -f "$W/copy"; smbclient -p 445 -m SMB3 -U "$1" "//127.0.0.1/$2" -c "get f $W/copy" > "$W/out" 2>&1; }
for user in alice bob root; do
	get "$user%secret-$user" data || { cat "$W/out"; die "$user"; }
	cmp "$W/copy" "$EXPORT/f"
done
get % guest || { cat "$W/out"; die "guest"; }
! get alice%wrong data || die "a wrong password was good enough"
has "$(cat "$W/out")" NT_STATUS_LOGON_FAILURE
smbd_stop KILL
smbd_start
get alice%secret-alice read
! smbclient -U alice%secret-alice //127.0.0.1/read -c "put $W/copy g" > "$W/out" 2>&1 || die "written to a read-only share"
smbd_stop
