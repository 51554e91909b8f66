# SPDX-License-Identifier: GPL-2.0-only
# The host checks permissions of the caller: files of one user are not another's.
need setpriv
fat "$I" 16 16
mnt uid=1000,gid=1000,umask=077
chmod 755 "$W" && chmod a+rx "$(dirname "$W")"
as() { setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"; }
as 1000 touch "$M/mine"
fails 2 "Permission denied" as 1001 ls "$M"
fails 1 "Permission denied" as 1001 touch "$M/other"
unmnt
clean
