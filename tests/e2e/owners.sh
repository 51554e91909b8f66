# SPDX-License-Identifier: GPL-2.0-only
# uid, gid, umask, dmask, fmask.
fat "$I" 16 16
while read -r options want_dir want_file; do
	mnt "$options"
	mkdir "$M/d"
	touch "$M/f"
	is "$(stat -c %u:%g:%a "$M/d")" "$want_dir" "$options"
	is "$(stat -c %u:%g:%a "$M/f")" "$want_file" "$options"
	rmdir "$M/d"
	rm "$M/f"
	unmnt
done <<- END
	umask=022 0:0:755 0:0:755
	uid=1000,gid=1001,umask=077 1000:1001:700 1000:1001:700
	dmask=027,fmask=137 0:0:750 0:0:640
	umask=0,gid=4 0:4:777 0:4:777
END
umask 027
mnt
is "$(stat -c %a "$M")" 750 "the umask of the caller"
unmnt
clean
