# SPDX-License-Identifier: GPL-2.0-only
# A driver that fails later: its mount goes, the others stay, syslog has it, the directory can be used anew.
# timeout: 180
syslog_start
fat "$I" 16 16
fat "$W/other" 16 16
mkdir "$W/mnt2"
mnt "" "$W/other" "$W/mnt2"
for way in oops bug spin overflow; do
	mnt watchdog=2 "$I" "$M" faulty
	: > "$W/syslog"
	cat "$M/$way" > /dev/null 2>&1 && die "$way: read came back"
	until_true 15 not_mounted "$M" || die "$way: dead mount still there"
	ended
	case $way in
	spin) syslog_has 'watchdog|spin|stuck' ;;
	*) syslog_has 'Kernel panic|panic' ;;
	esac
	echo $way > "$W/mnt2/$way"
done
mnt && echo alive > "$M/f" && unmnt
clean
unmnt "$W/mnt2" "$W/other"
clean "$W/other"
syslog_end
