# SPDX-License-Identifier: GPL-2.0-only
# The helper's own code, options and all, is clean under valgrind.
need valgrind
fat "$I" 16 16
helper=$(command -v mount.rumpfs)
file -L "$helper" 2> /dev/null | grep -q 'statically' && skip "the helper is linked statically"
for args in "-f -t vfat -o uid=1,umask=022,x-a=b,codepage=850" "-f -o ro" "-f -t nonsense" "-f -t vfat -o nonsense" "-s -f -t vfat -o nonsense" "-f -t vfat -o remount"; do
	status=0
	valgrind -q --error-exitcode=99 --leak-check=full "$helper" "$I" "$M" $args > "$W/out" 2>&1 || status=$?
	[ $status != 99 ] || { cat "$W/out"; die "valgrind: $args"; }
done
