# SPDX-License-Identifier: GPL-2.0-only
# The server is killed and started again under load: callers of a hard mount notice nothing, and nothing is lost that was
# said to be written. While it is away a hard mount waits; a soft one gives up.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT" "$W/b"
smbd_start
smb hard,echo_interval=2
cat > "$W/load" <<- 'END'
	import hashlib, os, sys
	n = 0
	with open(sys.argv[3], 'w') as log:
	    while not os.path.exists(sys.argv[2]):
	        name, data = f'{sys.argv[1]}/{n}', os.urandom(20000 + n)
	        try:
	            with open(name, 'wb') as f:
	                f.write(data); f.flush(); os.fsync(f.fileno())
	            os.rename(name, name + '~'); os.rename(name + '~', name)
	            os.listdir(sys.argv[1] + '/d'); os.stat(name); os.utime(name)
	        except OSError as e:
	            print('error', n, e, 'in line', e.__traceback__.tb_lineno, flush=True); n += 1; continue
	        log.write(f'{n} {hashlib.sha256(data).hexdigest()}\n'); log.flush()
	        n += 1
END
mkdir "$M/d"
: > "$W/done"
python3 "$W/load" "$M" "$W/stop" "$W/done" > "$W/errors" &
load=$!
for round in 1 2 3; do
	have=$(wc -l < "$W/done")
	until_true 60 eval '[ $(wc -l < "$W/done") -gt '$((have + 20))' ]' || die "the load does not get on: $(cat "$W/errors")"
	smbd_stop KILL
	smbd_start
done
have=$(wc -l < "$W/done")
until_true 60 eval '[ $(wc -l < "$W/done") -gt '$((have + 20))' ]' || die "the load does not go on: $(cat "$W/errors")"
touch "$W/stop"
wait $load
n=0
while read -r name sum; do
	is "$(sha256sum < "$EXPORT/$name" | cut -d' ' -f1)" "$sum" "file $name"
	n=$((n + 1))
done < "$W/done"
note "$n files written"
[ "$n" -gt 80 ] || die "only $n files"
[ ! -s "$W/errors" ] || { cat "$W/errors"; die "callers noticed"; }

smb nosharesock,soft,echo_interval=1 DATA "$W/b"
ls "$M/d" "$W/b/d"
smbd_stop KILL
echo late 2> /dev/null > "$M/late" &
late=$!
start=$SECONDS
fails 1 'Host is down|Resource temporarily unavailable' timeout 60 mkdir "$W/b/never"
note "a soft mount gave up after $((SECONDS - start)) s"
alive $late || die "a hard mount gave up"
smbd_start
wait $late || die "a hard mount lost a write"
is "$(cat "$EXPORT/late")" late
umount "$W/b" && ended //127.0.0.1/DATA
smb_unmnt
smbd_stop
