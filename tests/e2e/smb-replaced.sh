# SPDX-License-Identifier: GPL-2.0-only
# A file that is open is replaced or removed, and the connection breaks, the caller is killed or the server is, in the middle of it: the name
# has the old file or the new one, never neither; who has the old one open never writes to the new one; and in the end no .smb... is left.
# variants: hard soft
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT" "$W/b"
smbd_start
L=$W/wire
smb_proxy
smb port=4450,echo_interval=1,$VARIANT
replace() { rename "$M/$d/n" "$M/$d/f"; }
remove() { python3 -c 'import os, sys; os.unlink(sys.argv[1])' "$M/$d/f"; }
i=0
files() {
	d=d$((++i))
	mkdir "$M/$d"
	echo old > "$M/$d/f"
	echo new > "$M/$d/n"
}
has_at() { (cd "$1/$d" && for f in $(ls -A); do echo "$f:$(cat "$f" 2>&1)"; done | tr '\n' ' '); }
in_the_end() { local want=$1; until_true 10 eval '[ "$(has_at "$EXPORT")" = "$want" ]' || die "is \"$(has_at "$EXPORT")\" instead of \"$1\" ($2)"; }

# The answer to the N-th step is lost, or the question (-N): moved out of the way, the new one renamed, the old one removed.
for what in "replace 1" "replace -1" "replace 2" "replace -2" "replace 3" "replace -3" "remove 1" "remove -1" "remove 2" "remove -2"; do
	files
	exec 5<> "$M/$d/f"
	echo -n "${what#* }" > "$L.lost"
	${what% *} || die "$what"
	[ ! -e "$L.lost" ] || die "nothing was lost: $what"
	# When the server has removed it before the connection broke it is gone.
	case $what in
	"replace 3" | "remove 2") ! echo more >&5 || true ;;
	*) is "$(cat <&5)" old "$what"; echo more >&5 || die "written to what was lost: $what" ;;
	esac 2> /dev/null
	exec 5>&- || true
	if [ "${what% *}" = replace ]; then in_the_end "f:new " "$what"; else in_the_end "n:new " "$what"; fi
	is "$(has_at "$M")" "$(has_at "$EXPORT")" "$what"
done
note "$(stat -c %s "$L.done") connections broken"

# The answer is lost where nobody has it open: a soft mount fails, and what is then written by the old name is another file.
files
touch "$L.lost"
replace 2> /dev/null || [ $VARIANT = soft ] || die "a hard mount fails"
is "$(cat "$M/$d/f")" new
echo third > "$M/$d/n"
is "$(has_at "$EXPORT")" "f:new n:third "

# The caller is killed while the server has not said that it has done a step.
for what in "replace 1" "replace 2" "replace 3" "remove 1" "remove 2"; do
	files
	exec 5<> "$M/$d/f"
	echo -n "${what#* }" > "$L.hold"
	${what% *} 2> /dev/null &
	caller=$!
	until_true 20 [ -e "$L.held" ] || die "nothing was held: $what"
	kill_callers "$what" $(pgrep -P $caller) $caller
	rm "$L.hold" "$L.held"
	case $what in
	"replace 1" | "remove 1") want="f:old n:new " ;;
	"replace "*) want="f:new " ;;
	"remove 2") want="n:new " ;;
	esac
	until_true 10 eval '[ "$(has_at "$EXPORT" | sed "s/[.]smb[^ ]* //")" = "$want" ]' || die "is \"$(has_at "$EXPORT")\" instead of \"$want\" ($what)"
	is "$(cat <&5)" old "$what"
	exec 5>&-
	in_the_end "$want" "$what"
	until_true 5 eval '[ "$(has_at "$M")" = "$want" ]' || die "is \"$(has_at "$M")\" instead of \"$want\" at the client ($what)"
done
smb_unmnt
server_stop $PROXY KILL

[ $VARIANT = hard ] || { smbd_stop; exit 0; }
# The server is killed, and has forgotten that it was to remove what is open: it is removed when it was opened again, or when it is closed.
smb hard,echo_interval=1
files
exec 5<> "$M/$d/f" 6<> "$M/$d/n"
replace
rm "$M/$d/f"
smbd_stop KILL
[ "$(ls -A "$EXPORT/$d" | wc -l)" = 2 ] || die "the server has removed it: $(ls -A "$EXPORT/$d")"
smbd_start 5>&- 6>&-
is "$(cat <&5)" old
exec 5>&- 6>&-
in_the_end "" "killed"
# Another client has replaced it meanwhile: who has the old one open hears so, and does not write there.
files
python3 - "$M/$d/f" "$W/go" > "$W/error" <<- 'END' &
	import os, sys, time
	f = os.open(sys.argv[1], os.O_RDWR)
	os.pwrite(f, b'old', 0); os.fsync(f)
	print('open', flush=True)
	while not os.path.exists(sys.argv[2]): time.sleep(0.02)
	try: os.pwrite(f, b'more', 0); os.fsync(f)
	except OSError as e: print(e, flush=True)
END
writer=$!
until_true 10 grep -q open "$W/error"
smbd_stop KILL
mv "$EXPORT/$d/n" "$EXPORT/$d/f"
smbd_start
touch "$W/go"
wait $writer
in_the_end "f:new " "replaced by another"
has "$(cat "$W/error")" '\[Errno (116|9)\]'
smb_unmnt
smbd_stop
