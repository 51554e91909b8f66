# SPDX-License-Identifier: GPL-2.0-only
# Time stamps in both directions against mtools, in two time zones, and the clock.
fat "$I" 16 16
for zone in UTC Europe/Berlin; do
	export TZ=$zone
	[ -e "/usr/share/zoneinfo/$zone" ] || export TZ=CET-1CEST,M3.5.0,M10.5.0/3
	mnt
	touch -d '2024-02-29 12:34:56' "$M/ours"
	echo now > "$M/now"
	now=$(date +%s)
	is "$(stat -c %y "$M/ours" | cut -c 1-19)" '2024-02-29 12:34:56' "$zone"
	at=$(stat -c %Y "$M/now")
	((at >= now - 3 && at <= now + 1)) || die "$zone: file of now is of $((at - now)) s from now"
	unmnt
	clean
	echo "$zone: $(mdir -i "$I" :: | grep -i -A1 ours)"
	mdir -i "$I" ::ours | grep -qE '2024-02-29 +12:34' || note "mdir shows another time in $zone: $(mdir -i "$I" ::ours | grep 2024)"
	mnt
	is "$(stat -c %y "$M/ours" | cut -c 1-19)" '2024-02-29 12:34:56' "$zone, mounted again"
	unmnt
	mdel -i "$I" ::ours ::now
done
mnt tz=UTC
TZ=UTC touch -d '2024-07-01 10:00:00' "$M/utc"
unmnt
has "$(mdir -i "$I" ::utc)" '2024-07-01 +10:00'
