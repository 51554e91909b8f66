# SPDX-License-Identifier: GPL-2.0-only
# Sourced by ./test: the unit tests as meson knows them, one line each, counted by add().
# With -k only those whose name matches; then end-to-end tests of that name run as well.

unit_tests() { # BUILD-FOLDER LABEL [MESON-TEST-OPTION...]
	folder=$1 label=$2
	shift 2
	rm -f "$folder/meson-logs/testlog.json"
	meson test -C "$folder" --no-rebuild "$@" > "$folder/meson-logs/unit.out" 2>&1 || true
	python3 - "$folder/meson-logs/testlog.json" "$label" <<-'END' > "$folder/meson-logs/unit.counts"
	import json, sys
	passed = failed = skipped = 0
	try:
	    lines = open(sys.argv[1]).readlines()
	except OSError:
	    lines = []
	for line in lines:
	    t = json.loads(line)
	    name = sys.argv[2] + t['name'].split(' / ')[-1].replace(' ', '-')
	    result = t['result']
	    if result in ('OK', 'EXPECTEDFAIL'):
	        passed += 1
	        print(f"ok {name} {t['duration']:.1f}s", file=sys.stderr)
	    elif result == 'SKIP':
	        skipped += 1
	        print(f"skip {name}: {(t.get('stdout') or '?').strip().splitlines()[-1]}", file=sys.stderr)
	    else:
	        failed += 1
	        print(f"FAIL {name} {result} (repeat: ./test -k {name})", file=sys.stderr)
	        text = (t.get('stdout') or '') + (t.get('stderr') or '')
	        print(''.join('   | ' + l + '\n' for l in text.splitlines()[-100:]), end='', file=sys.stderr)
	print(passed, failed, skipped)
	END
	add $(cat "$folder/meson-logs/unit.counts")
}

# Names after -k; meson takes whole names only, so the list is filtered here.
patterns=
previous=
for a; do
	[ "$previous" = -k ] && patterns="$patterns -e $a"
	previous=$a
done
names=$(meson test -C "$build" --list 2> /dev/null | sed 's|.* / ||' || true)
if [ -n "$patterns" ]; then
	names=$(echo "$names" | grep -E $patterns || true)
	[ -z "$names" ] || unit_tests "$build" '' $names
elif [ -n "$names" ]; then
	unit_tests "$build" ''
	# What needs no rump kernel, once more with the sanitizers.
	asan=$build-asan
	programs='hypercall/test-hypercall daemon/test-daemon-config daemon/test-daemon-codec daemon/test-daemon-mountinfo helper/test-helper helper/test-network'
	[ -f "$asan/build.ninja" ] ||
		meson setup "$asan" -Db_sanitize=address,undefined -Db_lundef=false -Dbench=false > /dev/null
	ninja -C "$asan" $(printf 'tests/unit/%s ' $programs) > "$asan/meson-logs/ninja.out" ||
		tail -n 20 "$asan/meson-logs/ninja.out"
	for program in $programs; do
		name=asan-${program##*/test-}
		if UBSAN_OPTIONS=halt_on_error=1 "$asan/tests/unit/$program" > "$asan/meson-logs/unit.out" 2>&1; then
			echo "ok $name"
			add 1 0 0
		else
			echo "FAIL $name"
			sed 's/^/   | /' "$asan/meson-logs/unit.out" | tail -n 60
			add 0 1 0
		fi
	done
fi
