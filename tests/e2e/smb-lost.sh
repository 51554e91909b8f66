# SPDX-License-Identifier: GPL-2.0-only
# The connection breaks after the server has renamed, linked or removed something, and before it has said so: on a hard mount it is
# done once, and its caller hears that it is done; also the way back.
# variants: actimeo=0 actimeo=60
own_network
smb_needs
mkdir "$EXPORT"
smbd_start
L=$W/wire
smb_proxy
smb port=4450,hard,echo_interval=1,$VARIANT
mkdir "$M/d"

# lost CALL ARGUMENTS: of Python's os; its answer gets lost.
call() { python3 -c 'import os, sys; getattr(os, sys.argv[1])(*sys.argv[2:])' "$@"; }
lost() {
	touch "$L.lost"
	call "$@"
	[ ! -e "$L.lost" ] || die "nothing was lost: $*"
}
named() { is "$(cd "$EXPORT" && find . -type f | sort | tr '\n' ' ')" "$1"; is "$(cd "$M" && find . -type f | sort | tr '\n' ' ')" "$1"; }
echo first > "$M/a"
lost rename "$M/a" "$M/b"
named './b '
lost rename "$M/b" "$M/a"
named './a '
call rename "$M/a" "$M/b"
named './b '
lost rename "$M/b" "$M/d/c"
named './d/c '
is "$(cat "$M/d/c")" first
# Over another, and by who has it open, which he has still.
echo second > "$M/e"
exec 3<> "$M/e"
lost rename "$M/e" "$M/d/c"
echo third >&3
exec 3>&-
named './d/c '
is "$(cat "$EXPORT/d/c")" third
lost link "$M/d/c" "$M/l"
named './d/c ./l '
call rename "$M/l" "$M/d/c"
named './d/c ./l '
lost unlink "$M/l"
named './d/c '
mkdir "$M/sub" "$M/sub/in"
lost rename "$M/sub" "$M/sub2"
lost rename "$M/sub2/in" "$M/d/in"
is "$(ls "$M" "$EXPORT")" "$(printf '%s\n' "$EXPORT:" d sub2 '' "$M:" d sub2)"
lost rmdir "$M/d/in"
lost rmdir "$M/sub2"
is "$(ls "$EXPORT" "$EXPORT/d")" "$(printf '%s\n' "$EXPORT:" d '' "$EXPORT/d:" c)"
is "$(ls "$M")" d
fails 1 'FileNotFoundError' call rename "$M/d/no" "$M/d/no2"
fails 1 'FileNotFoundError' call unlink "$M/d/no"
fails 1 'FileExistsError' call link "$M/d/c" "$M/d"

smb_unmnt
server_stop $PROXY KILL
smbd_stop
