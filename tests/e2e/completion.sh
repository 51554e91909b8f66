# SPDX-License-Identifier: GPL-2.0-only
# What the shells offer is what the helper takes.
fat "$I" 16 16
file=/usr/local/share/bash-completion/completions/rumpfs
cat > ask <<- 'END'
	# ask FILE LINE: what bash offers at the end of LINE
	. "$1"
	COMP_LINE=$2 COMP_POINT=${#2}
	read -ra COMP_WORDS <<< "$2"
	[[ $2 == *' ' ]] && COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	compopt() { :; }
	function=$(complete -p "${COMP_WORDS[0]}" | sed 's/.*-F \([^ ]*\).*/\1/')
	"$function" "${COMP_WORDS[0]}"
	printf '%s\n' "${COMPREPLY[@]}"
END
offered() { bash ask "$file" "$1"; }
has "$(offered 'mount.rumpfs -t v')" '^vfat$'
has "$(offered 'mount.rumpfs.vfat -o ro,um')" '^ro,umask=$'
has "$(offered 'mount.rumpfs.vfat -o nam')" '^names=8[.]3$'
has "$(offered 'mount.rumpfs -t rumpfs.vfat x y -o errors')" 'errors=|panic'
has "$(offered 'mount.rumpfs.ext4 -o data')" 'data='
has "$(offered 'mount.rumpfs.nfs -o ')" '^retry=$'
has "$(offered 'mount.rumpfs.nfs -o part')" '^$'
has "$(offered 'rumpfs st')" '^status$'
has "$(offered 'rumpfs --l')" '^--list$'
mnt
is "$(offered "rumpfs log $W")" "$M"
is "$(offered "umount.rumpfs $W/m")" "$M"
unmnt
# Each option as it is offered is one that a mount takes, with a value where it wants one.
for type in vfat msdos ext4; do
	options=$(offered "mount.rumpfs.$type -o " | grep -vE '^(remount|foreground)$')
	[ "$(wc -l <<< "$options")" -gt 50 ] || die "$type: $options"
	for o in $options; do
		case $o in
		user= | for= | uid= | gid=) o+=root ;;
		part=) continue ;;
		*umask= | dmask= | fmask=) o+=022 ;;
		memsize=) o+=64M ;;
		offset= | sizelimit=) o+=512 ;;
		*=) o+=1 ;;
		esac
		mount.rumpfs.$type -f -o "$o" "$I" "$M" > out 2>&1 || { cat out; die "$type: $o is offered and refused"; }
	done
done
zfile=/usr/local/share/zsh/vendor-completions/_rumpfs
[ -e "$zfile" ]
! command -v zsh > /dev/null || zsh -n "$zfile"
