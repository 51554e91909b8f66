# SPDX-License-Identifier: GPL-2.0-only
# A driver that waits for itself for ever: others are served meanwhile, umount -f frees the callers, and so does umount -l when
# nobody uses it any more or SIGTERM to the keeper; in the end the daemon goes, and the image can be mounted again.
# variants: force lazy term
# timeout: 120
syslog_start
fat "$I" 16 16
mnt watchdog=2 "$I" "$M" faulty
dd if="$M/deadlock" of=/dev/null bs=4096 count=1 status=none 2> /dev/null &
waiting=$!
until_true 5 eval 'grep -q "State:.[DS]" "/proc/$waiting/status"'
ls "$M" > /dev/null
fails 1 "Input/output" cat "$M/error"
kill -KILL $waiting
case $VARIANT in
force) timeout 60 umount -f "$M" || die "umount -f" ;;
lazy) timeout 60 umount -l "$M" || die "umount -l" ;;
term) kill -TERM "$(keeper_of "$I")" ;;
esac
until_true 30 not_mounted "$M" || die "still mounted"
until_true 40 no_daemon "$I" || die "still there: $(daemons "$I")"
until_true 10 eval '! kill -0 $waiting 2> /dev/null || grep -q "State:.Z" "/proc/$waiting/status"' || die "the caller is still there"
wait $waiting || true
syslog_has 'the driver hangs, and is given up'
fat "$I" 16 16
mnt && touch "$M/f" && unmnt
clean
syslog_end
