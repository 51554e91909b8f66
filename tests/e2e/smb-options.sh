# SPDX-License-Identifier: GPL-2.0-only
# Options of a share: addresses and ports, odd credentials, owners and modes, kinds of login, locks, links, SMB 1 only if asked for.
own_network
smb_needs
mkdir "$EXPORT"
echo hello > "$EXPORT/f"
mkdir "$EXPORT/d"
mkdir -p "$EXPORT/.old/@GMT-2020.01.02-03.04.05"
echo 'of then' > "$EXPORT/.old/@GMT-2020.01.02-03.04.05/f"
more='[my share]
	path = /run/export
[snaps]
	path = /run/export
	vfs objects = shadow_copy2
	shadow:mountpoint = /run/export
	shadow:basedir = /run/export
	shadow:snapdir = /run/export/.old
	shadow:localtime = no'
smbd_start 'smb ports = 445 4450' "$more"
with() { mount -t rumpfs.smbfs -o "username=alice,password=secret-alice$1" "${2:-$SHARE}" "$M"; }
off() { umount "$M"; ended "${1:-$SHARE}"; }
reads() { is "$(cat "$M/f")" hello; off "$@"; }

# Where: by name, IPv6, another port.
with '' '//[::1]/data'; reads '//[::1]/data'
with '' //localhost/data; reads //localhost/data
with ,port=4450; reads
fails 32 'Connection refused|does not answer' with ,port=4451
with '' '//127.0.0.1/my share'; reads '//127.0.0.1/my share'
cp /etc/fstab "$W/fstab"
echo "//127.0.0.1/my\\040share $M rumpfs.smbfs noauto,username=alice,password=secret-alice 0 0" >> "$W/fstab"
mount --bind "$W/fstab" /etc/fstab
mount "$M"; reads '//127.0.0.1/my share'
umount /etc/fstab
# What the driver would ignore.
fails 32 '"prefixpath": the folder is written behind' with ,prefixpath=d
fails 32 '"unc": the share is what' with ,unc=//127.0.0.1/guest

# As it was: by the two ways to write a time.
for time in @GMT-2020.01.02-03.04.05 132224078450000000; do
	with ",snapshot=$time" //127.0.0.1/snaps
	is "$(cat "$M/f")" 'of then' "$time"
	fails 1 'Read-only' touch "$M/g"
	off //127.0.0.1/snaps
done
for time in @GMT-2020.01.02 yesterday 0 -1; do fails 1 'of option "snapshot"' with ",snapshot=$time" //127.0.0.1/snaps; done

# Who: files of all sorts, a password of all sorts.
odd='a,b %\"'"'"'=# ü'
printf '%s\n%s\n' "$odd" "$odd" | smbpasswd -c "$W/samba/conf" -s -a alice > /dev/null
cred() { printf "$@" > "$W/cred"; chmod 600 "$W/cred"; mount -t rumpfs.smbfs -o "credentials=$W/cred" "$SHARE" "$M"; }
cred 'username=alice\npassword=%s\n' "$odd"; reads
cred '# a word first\n\n  username=alice\r\npassword=%s\r\ndomain=TESTS\r\n' "$odd"; reads
cred 'username=alice\npassword=%s' "$odd"
smbd_stop KILL		# the driver logs in by itself again, with that
smbd_start 'smb ports = 445 4450' "$more"
reads
PASSWD=$odd mount -t rumpfs.smbfs -o username=alice "$SHARE" "$M"; reads
PASSWD_FD=5 mount -t rumpfs.smbfs -o username=alice "$SHARE" "$M" 5< <(printf '%s' "$odd"); reads
fails 1 'cannot be|No such file' mount -t rumpfs.smbfs -o "credentials=$W/none" "$SHARE" "$M"
cred '\xef\xbb\xbfusername=alice\r\npassword=%s\r\n' "$odd"; reads
fails 1 'Bad message' cred 'username=alice\0\npassword=%s' "$odd"
fails 1 'Is a directory' mount -t rumpfs.smbfs -o "credentials=$EXPORT/d" "$SHARE" "$M"
fails 32 'LOGON_FAILURE' cred 'username=alice\npassword=%sx\n' "$odd"
printf 'secret-alice\nsecret-alice\n' | smbpasswd -c "$W/samba/conf" -s -a alice > /dev/null

# How.
for sec in ntlmssp ntlmsspi ntlmv2 ntlmv2i; do with ",sec=$sec"; reads; done
mount -t rumpfs.smbfs -o sec=none //127.0.0.1/guest "$M"; reads //127.0.0.1/guest
fails 1 'of option "sec"' with ,sec=plain

# Whose files are, as the mount says.
with ,uid=31002,gid=bob,file_mode=0640,dir_mode=750
is "$(stat -c '%u %g %a' "$M/f" "$M/d" | tr '\n' ' ')" '31002 31002 640 31002 31002 750 '
off
fails 1 'nobody-here' with ,uid=nobody-here

# Links that only this client understands: the server has a file.
with ,mfsymlinks
ln -s some/where "$M/link"
is "$(readlink "$M/link")" some/where
[ -f "$EXPORT/link" ] && [ ! -L "$EXPORT/link" ] || die "a link of the server's"
off
with ''
fails 1 'Operation not supported|Operation not permitted' ln -s some/where "$M/link2"
[ -f "$M/link" ] && [ ! -L "$M/link" ] || die "a link without mfsymlinks"
rm "$M/link"
off

# Locks: of both mounts or, with nobrl, of each.
locked() { flock -n "$M/f" flock -n "$W/b/f" true; }
mkdir "$W/b"
with ,nosharesock; smb nosharesock DATA "$W/b"
! locked || die "two mounts have one lock"
umount "$W/b" && ended //127.0.0.1/DATA; off
with ,nosharesock,nobrl; smb nosharesock,nobrl DATA "$W/b"
locked || die "nobrl asks the server"
umount "$W/b" && ended //127.0.0.1/DATA; off

# A server of the last century is not spoken to unless told so.
smbd_stop
smbd_start 'server min protocol = NT1
server max protocol = NT1'
fails 32 'not in a version of the protocol that was asked for' with ''
nothing_left "$SHARE"
with ,vers=1.0; reads
smbd_stop
