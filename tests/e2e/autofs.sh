# SPDX-License-Identifier: GPL-2.0-only
# The real automount(8) with the map of our example: mounted at the first access, off when idle, gone at the end.
need automount
fat "$I" 16 16
fat disk.img 16 16 -n IMAGE
mkdir auto
sed "s|:/dev/disk/by-label/STICK|:$I|; s|:/srv/images|:$W|" "$TOP/mount-helpers/autofs/auto.rumpfs" > auto.map
echo "$W/auto $W/auto.map --timeout=2" > auto.master
# In a process group of its own: to its own autofs shows what is below.
setsid automount -f -d -p "$W/pid" "$W/auto.master" > automount.log 2>&1 &
daemon=$!
trap 'kill "$daemon" 2> /dev/null || true' EXIT
ready() { grep -q " $W/auto .*autofs" /proc/self/mountinfo; }
until_true 15 ready || { cat automount.log; skip "automount does not start here: $(tail -n 1 automount.log)"; }
echo x > auto/stick/f || { cat automount.log; die "not mounted"; }
mounted "$W/auto/stick"
has "$(grep " $W/auto/stick " /proc/self/mountinfo)" 'rw,nosuid,nodev'
ls auto/image > /dev/null
has "$(grep " $W/auto/image " /proc/self/mountinfo)" ' ro,'
ls auto/absent 2> /dev/null && die "absent is there"
until_true 30 not_mounted "$W/auto/stick" || die "not unmounted when idle"
until_true 30 not_mounted "$W/auto/image"
ended
clean
is "$(cat auto/stick/f)" x
kill -TERM "$daemon"
until_true 20 not_mounted "$W/auto/stick"
wait "$daemon" || true
trap - EXIT
ended
ended "$W/disk.img"
