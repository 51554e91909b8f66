# SPDX-License-Identifier: GPL-2.0-only
# Servers in fstab with user and users: who mounts has the files and may unmount, and no file is read for him that he may not read.
own_network
need setpriv
smb_needs
as() { setpriv --reuid "$1" --regid "$(id -g "$1")" --clear-groups "${@:2}"; }
chmod 755 "$W" && chmod a+rx "$(dirname "$W")"
mkdir "$EXPORT" m2 m3 home
echo hello > "$EXPORT/f"
smbd_start
printf 'username=alice\npassword=secret-alice\n' | tee roots > home/cred
chmod 600 roots home/cred
chown -R nobody home
cat > fstab <<- END
	$SHARE $M rumpfs.smbfs noauto,user,_netdev,credentials=$W/roots 0 0
	$SHARE $W/m2 rumpfs.cifs noauto,users,credentials=$W/home/cred,uid=games 0 0
	//127.0.0.1/guest $W/m3 rumpfs noauto,users,guest 0 0
END
touch /etc/fstab
mount --bind fstab /etc/fstab

# What root keeps to himself, and names to a user in fstab; the files are his who mounts.
as nobody mount "$M"
is "$(stat -c '%U %G' "$M/f")" "nobody $(id -gn nobody)"
is "$(as nobody cat "$M/f")" hello
fails 1 'only root, and the user who mounted it' as games umount "$M"
as nobody umount "$M"
ended "$SHARE"

# Credentials of the user's, wherever they lead.
as nobody mount "$W/m2"
is "$(stat -c %U "$W/m2/f")" games
as games umount "$W/m2"
ended "$SHARE"
fails 1 'credentials cannot be read: Permission denied' as games mount "$W/m2"
as nobody ln -sf "$W/roots" home/cred
fails 1 'credentials cannot be read: Permission denied' as nobody mount "$W/m2"
nothing_left "$SHARE"

# Without a type it might be a file that somebody puts there.
fails 1 'users cannot mount it' as nobody mount "$W/m3"
mount "$W/m3"
is "$(cat "$W/m3/f")" hello
umount "$W/m3"
ended //127.0.0.1/guest
fails 1 'no such user' mount -t rumpfs.smbfs -o guest,for=nobody-at-all "$SHARE" "$M"
umount /etc/fstab
smbd_stop
