# SPDX-License-Identifier: GPL-2.0-only
# Directories that a program watches cannot be forgotten: the kernel takes more memory for them; bounded by
# memsize= it refuses more of them with a reason, goes on with what there is, and recovers when they are let go.
# timeout: 300
need python3
watches=$(cat /proc/sys/fs/inotify/max_user_watches)
((watches > 13000)) || skip "this host lets nobody watch more than $watches directories"
cat > hold.py <<- 'END'
	# DIR N STATE: watch directories until N or an error, say so in STATE, wait until STATE.end exists.
	import ctypes, os, sys, time
	top, n, state = sys.argv[1], int(sys.argv[2]), sys.argv[3]
	libc = ctypes.CDLL(None, use_errno=True)
	fd, held, error = libc.inotify_init1(0), 0, 'none'
	while held < n:
	    if libc.inotify_add_watch(fd, f'{top}/{held % 100}/{held // 100}'.encode(), 2) < 0:
	        error = os.strerror(ctypes.get_errno())
	        break
	    held += 1
	with open(state + '.new', 'w') as f:
	    print(held, error, file=f)
	os.rename(state + '.new', state)
	while not os.path.exists(state + '.end'):
	    time.sleep(0.05)
END
populate() {
	python3 -c 'import os, sys
for i in range(100):
    os.mkdir(f"{sys.argv[1]}/{i}")
    for k in range(int(sys.argv[2]) // 100):
        os.mkdir(f"{sys.argv[1]}/{i}/{k}")' "$M" "$1"
}
hold() {
	rm -f state state.end
	python3 hold.py "$M" "$1" state &
	holder=$!
	until_true 120 test -e state || die "who watches hangs"
	read -r held error < state
}
let_go() {
	touch state.end
	wait "$holder"
}
truncate -s 400M "$I"
mkfs.ext4 -q -N 100000 "$I"

mount -t rumpfs.ext4 -o memsize=16M "$I" "$M"
populate 12000
unmnt
mount -t rumpfs.ext4 -o memsize=16M "$I" "$M"
exec 5<> "$M/open"
hold 12000
is "$error" 'Cannot allocate memory' "after $held"
note "16 MiB: $held directories watched"
((held > 3000)) || die "no room for more than $held"
fails 1 'Cannot allocate memory' mkdir "$M/more"
echo goes on >&5
is "$(python3 -c 'import os; os.fsync(5); print(os.pread(5, 100, 0))')" "b'goes on\\n'"
has "$(rumpfs log "$M")" 'out of memory: [0-9]+ files and directories are in use; the option memsize= grants more'
let_go
until_true 20 mkdir "$M/more" 2> /dev/null || die "no room after they were let go"
exec 5>&-
unmnt
check_fs ext4

mount -t rumpfs.ext4 "$I" "$M"
populate_more() { python3 -c 'import os, sys
for i in range(100):
    for k in range(120, 520):
        os.mkdir(f"{sys.argv[1]}/{i}/{k}")' "$M"; }
populate_more
hold 52000
[ "$error" = none ] || [ "$held" -ge "$((watches - 1000))" ] || die "$held watched: $error"
size=$(rumpfs status --json "$M" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["kernel_memory"]["size"] >> 20)')
note "by default: $held directories watched, $size MiB of memory"
[ "$error" != none ] || ((size > 64)) || die "the memory has not grown"
random data 20000000
cp data "$M/data"
sync -f "$M"
cmp data "$M/data"
let_go
unmnt
check_fs ext4
mount -t rumpfs.ext4 "$I" "$M"
cmp data "$M/data"
unmnt
