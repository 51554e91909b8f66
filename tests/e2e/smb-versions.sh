# SPDX-License-Identifier: GPL-2.0-only
# A share by every version of the protocol, signed, sealed and plain: contents are those of the shared directory.
# variants: default 2.1 3.0 3.1.1 1.0
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT"
random "$EXPORT/given" 3000000
old=
[ "$VARIANT" != 1.0 ] || old='server min protocol = NT1'
smbd_start "$old"
case $VARIANT in
	2.1) ways=", ,sign" ;;
	1.0) ways=", ,sign" ;;
	*) ways=", ,sign ,seal ,sec=ntlmv2" ;;
esac
[ "$VARIANT" != 1.0 ] || ways=","
for way in $ways; do
	smb "vers=$VARIANT$way"
	is "$(findmnt -no SOURCE,FSTYPE "$M" | tr -s ' ')" "$SHARE fuse.rumpfs.smbfs"
	cmp "$M/given" "$EXPORT/given"
	mkdir -p "$M/dir/sub"
	random "$W/new" 2500001
	cp "$W/new" "$M/dir/sub/new"
	cmp "$W/new" "$EXPORT/dir/sub/new"
	printf tail >> "$M/dir/sub/new"
	is "$(tail -c 4 "$EXPORT/dir/sub/new")" tail
	mv "$M/dir/sub/new" "$M/ä name, with; things"
	[ -f "$EXPORT/ä name, with; things" ] || die "renamed to something else: $(ls "$EXPORT")"
	truncate -c -s 1000 "$M/ä name, with; things"
	is "$(stat -c %s "$EXPORT/ä name, with; things")" 1000
	is "$(ls -A "$M")" "$(ls -A "$EXPORT")"
	rm "$M/ä name, with; things"
	rm -r "$M/dir"
	is "$(ls -A "$EXPORT")" given
	df "$M" > /dev/null
	smb_unmnt
done
smbd_stop
