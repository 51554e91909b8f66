# SPDX-License-Identifier: GPL-2.0-only
# What is on the wire: sealed, neither data nor names nor the password can be read; signed or sealed, what is changed, or made up, on
# the way is not believed, and nobody waits for it for ever. A server that demands either gets it.
# timeout: 300
own_network
smb_needs
mkdir "$EXPORT"
smbd_start '' '[sealed]
	path = /run/export
	read only = no
	server smb encrypt = required'
start() {	# LOG
	L=$W/$1
	smb_proxy "$L"
}
stop() {
	unmnt "$M" "//127.0.0.1/${1:-data}"
	server_stop $PROXY KILL
}
line='a secret line of text that nobody shall see'
python3 -c "print('$line\n' * 5000, end='')" > "$W/text"
cp "$W/text" "$EXPORT/given"
# use LOG OPTIONS [SHARE]: write and read.
use() {
	start "$1"
	smb "port=4450$2" ${3:+"$3"}
	mkdir -p "$M/a secret name"
	cp "$W/text" "$M/a secret name/written"
	cmp "$W/text" "$EXPORT/a secret name/written"
	cmp "$W/text" "$M/given"
	ls "$M/a secret name" > /dev/null
	stop "${3:-}"
}
# Names are two bytes a character on the wire.
sees() {	# TEXT
	python3 -c 'import sys; d = open(sys.argv[1], "rb").read(); sys.exit(not any(sys.argv[2].encode(e) in d for e in ("utf-8", "utf-16-le")))' "$L" "$1"
}
# Questions of a session, and how many of them are signed (0x8 at 16; the session's number is at 40).
signed() {
	python3 - "$L" <<- 'END'
		import re, struct, sys
		data, all, signed = open(sys.argv[1], 'rb').read(), 0, 0
		for m in re.finditer(rb'\xfeSMB\x40\0', data):
		    command, flags, session = (struct.unpack_from('<' + f, data, m.start() + o)[0] for f, o in (('H', 12), ('I', 16), ('Q', 40)))
		    if session and command in (5, 8, 9) and not flags & 1:	# create, read, write
		        all += 1; signed += bool(flags & 8)
		print(signed == all > 0 and 'all' or signed == 0 < all and 'none' or f'{signed} of {all}')
	END
}
for vers in 2.1 3.1.1; do
	use plain.$vers ",vers=$vers"
	sees "$line" && sees 'a secret name' || die "what is sent in the clear is not seen"
	! sees secret-alice || die "the password can be read"
	is "$(signed)" none "plain, $vers"
	use sign.$vers ",vers=$vers,sign"
	sees "$line" || die "signed, but not seen"
	is "$(signed)" all "sign, $vers"
done
for vers in 3.0 3.1.1; do
	use seal.$vers ",vers=$vers,seal"
	! sees "$line" && ! sees 'a secret name' && ! sees secret-alice || die "seal, $vers: seen in the clear"
	is "$(signed)" '0 of 0' "seal, $vers"	# not even what is done
done
use demanded '' sealed
! sees "$line" && ! sees 'a secret name' || die "a share that demands it: seen in the clear"
fails 32 'refuses this user' smb vers=2.1 sealed

# change NAME OPTIONS: read while the wire changes something.
change() {
	start "$1.changed"
	smb "port=4450,$2"
	touch "$L.change"
	same=yes
	cmp "$W/text" "$M/given" > /dev/null 2>&1 || same=no
	[ ! -e "$L.change" ] || die "nothing was changed"
	# An answer to what nobody has asked. Only who signs can tell that from a server that talks of its own accord.
	if [[ $1 == *sign* ]]; then
		touch "$L.number"
		timeout 20 stat "$M/a secret name" > /dev/null || die "$1: an answer that answers nothing is waited for"
		[ ! -e "$L.number" ] || die "no number was changed"
		until_true 5 eval 'rumpfs log "$M" | grep -q "an answer to no question"' || die "$1: nothing is said of an answer to no question"
	fi
	rumpfs log "$M" > log
	[ "$same" = no ] || cmp "$W/text" "$M/given" || die "$1: later"
	stop
}
change plain ''
is "$same" no "plain, and changed on the way"
for way in sign sec=ntlmsspi sign,vers=2.1 sign,soft,cache=none seal seal,vers=3.0,hard seal,cache=none; do
	change "$way" "$way"
	is "$same" yes "$way: what was changed on the way"
	has "$(cat log)" 'was changed on the way, connecting again'
done

# Anything at any place: each call gives what is right or an error, and ends.
cat > "$W/work.py" <<- 'END'
	import os, sys, time
	top, export, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
	end, n, errors = time.monotonic() + seconds, 0, {}
	def told(call, *a):
	    try: return call(*a)
	    except OSError as e: errors[e.strerror] = errors.get(e.strerror, 0) + 1
	def write(path, data):
	    with open(path, 'wb', buffering=0) as f:
	        done = f.write(data); os.fsync(f.fileno())
	    return done == len(data)
	def read(path):
	    with open(path, 'rb', buffering=0) as f: return f.read()
	while time.monotonic() < end:
	    path, data = f'{top}/{n}', os.urandom(60000 if n % 3 else 300)
	    if told(write, path, data):
	        assert open(f'{export}/{n}', 'rb').read() == data, ('written', n)
	        for _ in range(3):
	            got = told(read, path)
	            assert got is None or got == data, ('read', n, len(got))
	        st = told(os.stat, path)
	        assert not st or st.st_size == len(data), ('size', n, st.st_size)
	        names = told(os.listdir, top)
	        assert names is None or str(n) in names, ('list', n)
	    told(os.rename, path, path + '~')
	    told(os.unlink, path + '~')
	    n += 1
	print(n, 'rounds', errors)
END
fuzz() {	# LOG OPTIONS
	start "$1.fuzz"
	smb "port=4450,echo_interval=1,actimeo=0,cache=none,$2"
	mkdir "$M/fuzz" && touch "$L.fuzz"
	python3 "$W/work.py" "$M/fuzz" "$EXPORT/fuzz" $((FULL ? 12 : 5)) > out || { cat out; rumpfs log "$M" | tail -n 20; die "$1"; }
	rm "$L.fuzz"
	note "$1: $(cat out), $(stat -c %s "$L.done") messages changed"
	(($(stat -c %s "$L.done") > 5)) || die "$1: hardly anything was changed"
	cmp "$W/text" "$M/given"
	rm -rf "$EXPORT/fuzz"
	stop
}
fuzz sign sign,hard
fuzz seal seal,hard

# Who answers in the clear what was asked sealed is not believed either. How many connections a reading takes is chance, and each is a
# login: so those are counted.
start forged
smb port=4450,seal,hard,cache=none,actimeo=0
echo right > "$EXPORT/small"
touch "$L.forge" "$L.done"
i=0
until (($(stat -c %s "$L.done") >= (FULL ? 1800 : 700))); do
	i=$((i + 1))
	is "$(cat "$M/small")" right "round $i, $(stat -c %s "$L.done") forged"
done
rm "$L.forge"
note "$i rounds, $(stat -c %s "$L.done") answers were forged"
stop

smbd_stop
smbd_start 'server signing = mandatory'
use mandatory ''
is "$(signed)" all "a server that demands it"
smbd_stop

# Version 1.0, for who asks for it, can sign.
smbd_start 'server min protocol = NT1
	server signing = mandatory'
change old vers=1.0,sign
is "$same" yes "vers=1.0,sign: what was changed on the way"
has "$(cat log)" 'was changed on the way, connecting again'
smbd_stop
