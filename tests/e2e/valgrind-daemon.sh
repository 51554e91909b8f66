# SPDX-License-Identifier: GPL-2.0-only
# A whole mount, kernel and all, is clean under valgrind's memcheck: helper, keeper and worker.
# variants: fat ext4
# timeout: 600
# What memcheck cannot know: threads of the kernel have stacks of their own, close to each other (so a step that is
# wider than any frame is another stack), whose pages are something else later; strings are copied by words. What is
# looked at is the house's own code, and what the kernel reads without having written it.
need valgrind
type=vfat
if [ "$VARIANT" = ext4 ]; then
	type=ext4
	truncate -s 32M "$I"
	mkfs.ext4 -qF "$I"
else
	fat "$I" 16 32
fi
suppress() { printf '{\n%s\nMemcheck:%s\n%s\n}\n' "$1" "$2" "$(printf '%s\n' "${@:3}")"; }
{
	for kind in Cond Value8; do
		suppress "words that end behind the string" $kind ... 'fun:strscpy*'
	done
	for kind in Addr1 Addr2 Addr4 Addr8 Addr16 Addr32; do
		suppress "pages that were a stack" $kind 'obj:*/librumpkern-*'
		suppress "pages that were a stack" $kind 'fun:mem*' 'obj:*/librumpkern-*'
	done
	suppress "pages that were a stack" Param 'writev(vector[...])' 'fun:*writev'
} > "$W/suppressed"
valgrind -q --trace-children=yes --log-file="$W/memcheck.%p" --leak-check=full --max-stackframe=12000 \
	--suppressions="$W/suppressed" mount.rumpfs "$I" "$M" -t "$type" -o nosandbox,watchdog=0
mounted "$M" || die "not mounted"
pids=$(ls "$W"/memcheck.*)
[ "$(wc -w <<< "$pids")" -ge 3 ] || die "valgrind follows only $pids"
random "$W/file" 3000001
mkdir -p "$M/a directory with a long name/sub"
cp "$W/file" "$M/a directory with a long name/sub/file"
cmp "$W/file" "$M/a directory with a long name/sub/file"
echo 3 > /proc/sys/vm/drop_caches
cmp "$W/file" "$M/a directory with a long name/sub/file"
mv "$M/a directory with a long name/sub/file" "$M/file"
is "$(find "$M" -name 'sub*' | wc -l)" 1
touch -d 2001-02-03 "$M/file"
truncate -s 1000 "$M/file"
cmp "$M/file" <(head -c 1000 "$W/file")
printf tail >> "$M/file"
is "$(tail -c 4 "$M/file")" tail
fails 1 'No such file' cat "$M/nothing"
fails 1 'not empty' rmdir "$M/a directory with a long name"
if [ "$type" = ext4 ]; then
	ln "$M/file" "$M/link"
	ln -s file "$M/symlink"
	is "$(cat "$M/symlink" | wc -c)" 1004
	setfattr -n user.a -v b "$M/file"
	is "$(getfattr --only-values -n user.a "$M/file")" b
	mknod "$M/null" c 1 3
	chown 5:6 "$M/file"
	fallocate -l 100000 "$M/file"
	cp --reflink=never "$M/file" "$M/copy"
fi
df "$M" > /dev/null
sync -f "$M/file"
mount -o remount,ro "$M"
rm "$M/file" 2> /dev/null && die "removed though read-only"
umount "$M"
until_true 60 no_daemon "$I" || die "the daemon does not end"
! grep -v -E '^--[0-9]+-- (WARNING: unhandled amd64-linux syscall: 434|You may be|Read the file|Nevertheless|it at http)' \
	"$W"/memcheck.* || die "see above"
if [ "$type" = ext4 ]; then e2fsck -fn "$I" > "$W/fsck" 2>&1 || { cat "$W/fsck"; die "e2fsck"; }; else clean; fi
