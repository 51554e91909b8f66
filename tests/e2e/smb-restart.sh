# SPDX-License-Identifier: GPL-2.0-only
# The server is killed and started again under load: a hard mount goes on and loses nothing that it said was written.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT"
smbd_start
smb hard,echo_interval=2
cat > "$W/load" <<- 'END'
	import hashlib, os, sys, time
	end, n = time.monotonic() + float(sys.argv[2]), 0
	with open(sys.argv[3], 'w') as log:
	    while time.monotonic() < end:
	        name, data = f'{sys.argv[1]}/{n}', os.urandom(20000 + n)
	        try:
	            with open(name, 'wb') as f:
	                f.write(data); f.flush(); os.fsync(f.fileno())
	        except OSError as e:	# the handle died with the server: what was not promised may be lost
	            print('error', n, e, flush=True); n += 1; continue
	        log.write(f'{n} {hashlib.sha256(data).hexdigest()}\n'); log.flush()
	        n += 1
END
: > "$W/done"
python3 "$W/load" "$M" 14 "$W/done" > "$W/errors" &
load=$!
for round in 1 2 3; do
	have=$(wc -l < "$W/done")
	until_true 10 eval '[ $(wc -l < "$W/done") -gt '$((have + 20))' ]' || die "the load does not get on: $(cat "$W/errors")"
	smbd_stop KILL
	smbd_start
done
wait $load
n=0
while read -r name sum; do
	is "$(sha256sum < "$EXPORT/$name" | cut -d' ' -f1)" "$sum" "file $name"
	n=$((n + 1))
done < "$W/done"
note "$n files written, $(wc -l < "$W/errors") writers got an error: $(cut -d' ' -f3- "$W/errors" | sort | uniq -c | tr '\n' ';')"
[ "$n" -gt 60 ] || die "only $n files"
smb_unmnt
smbd_stop
