# SPDX-License-Identifier: GPL-2.0-only
# Manual pages: man(1) shows every one without a warning, for each type there is one, and it names all options.
need man
pages=/usr/local/share/man
n=0
for page in "$pages"/man[0-9]/*rumpfs*; do
	warnings=$(MANWIDTH=80 man -l --warnings "$page" 2>&1 > text < /dev/null)
	is "$warnings" "" "$page"
	[ "$(wc -l < text)" -gt 20 ] || die "$page is empty"
	n=$((n + 1))
done
((n >= 7)) || die "$n pages only"
has_not "$(cat "$pages"/man8/*rumpfs*.8)" 'TODO|XXX'
# What the pages call a page exists.
for ref in $(sed -n 's/^\.Xr \([^ ]*rumpfs[^ ]*\) \([0-9]\).*/\1.\2/p' "$pages"/man[0-9]/*rumpfs* | sort -u); do
	[ -e "$pages/man${ref##*.}/$ref" ] || die "there is no page $ref"
done
for type in $(rumpfs --list | sed 's/ r[wo] .*//'); do
	[ -e "$pages/man8/rumpfs.$type.8" ] || die "no page for $type"
done
MANWIDTH=80 man -l "$pages/man8/rumpfs.vfat.8" > text
for o in uid gid umask fmask dmask codepage iocharset utf8 shortname check quiet flush discard tz errors nfs conv; do
	grep -qE "^ +(.*, )?$o[=[ ]|^ +$o$" text || die "rumpfs.vfat(8) does not name $o"
done
# The bridge's options and mount(8)'s: all that the helper takes.
MANWIDTH=200 man -l "$pages/man8/mount.rumpfs.8" > text
for o in $(sed -n '/^static const struct flag_option/,/^};/s/{ "\([a-z]*\)"/\n\1\n/gp' "$TOP/mount-helpers/options.c" | grep -x '[a-z]*') \
	$(grep -oE 'strcmp\(name, "[a-z_]+"\)|^	+\{ "[a-z]+", offsetof' "$TOP/mount-helpers/options.c" | grep -oE '"[a-z_]+"' | tr -d '"'); do
	grep -qwE "$o" text || die "mount.rumpfs(8) does not name $o"
done
for command in mount.rumpfs umount.rumpfs; do
	for flag in $("$command" -h | grep -oE '\[-[a-zA-Z]+\]|-[a-zA-Z] ' | grep -oE '[a-zA-Z]'); do
		grep -qE -- "^\.(It|Op) Fl.*$flag" "$pages/man8/$command.8" || die "$command(8) does not name -$flag"
	done
done
