# SPDX-License-Identifier: GPL-2.0-only
# Connections that break again and again, in the middle of messages: on a hard mount copies are complete and right, listings whole;
# only what was made before the answer was lost may say so (EEXIST).
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT" "$EXPORT/many" "$EXPORT/tree"
n=$((FULL ? 3000 : 1000))
(cd "$EXPORT/many" && seq -f 'a file with a long name, so that a listing takes many messages, number %05.0f' $n | xargs -d '\n' touch)
for i in $(seq 20); do mkdir "$EXPORT/tree/$i"; for j in 1 2 3; do random "$EXPORT/tree/$i/$j" $((i * j * 3001)); done; done
smbd_start
L=$W/wire
smb_proxy
smb port=4450,hard,echo_interval=1,actimeo=0
# In the last piece of an answer that fills whole pages before.
random "$EXPORT/part" 30050
touch "$L.short"
cmp "$EXPORT/part" "$M/part"
[ ! -e "$L.short" ] || die "nothing was cut short"
rm "$EXPORT/part"
touch "$L.hangup"
for i in $(seq $((FULL ? 6 : 3))); do is "$(ls "$M/many" | wc -l)" $n "listing $i"; done
note "listings: $(stat -c %s "$L.done") connections broken"
cp -r "$M/tree" "$W/copy"
diff -r "$W/copy" "$EXPORT/tree"
note "with a copy: $(stat -c %s "$L.done")"
cat > "$W/put.py" <<- 'END'
	import errno, os, sys, time
	src, dst = sys.argv[1:]
	for d, dirs, files in os.walk(src):
	    to = dst + d[len(src):]
	    try: os.mkdir(to)
	    except FileExistsError: pass
	    for f in files:
	        data = open(f'{d}/{f}', 'rb').read()
	        with open(f'{to}/{f}', 'wb') as out:
	            out.write(data); out.flush(); os.fsync(out.fileno())
	        assert open(f'{to}/{f}', 'rb').read() == data, f
	        busy = time.monotonic() + 10
	        while True:
	            try: os.rename(f'{to}/{f}', f'{to}/{f}~')
	            except OSError as e:
	                # Seen once: for the server the file is in use, while a session that was lost ends.
	                if e.errno != errno.EBUSY or time.monotonic() > busy: raise
	                print('   note: in use:', f)
	                time.sleep(0.1)
	                continue
	            break
END
python3 "$W/put.py" "$W/copy" "$M/new"
is "$(cd "$EXPORT/new" && find . -type f | sed 's/~$//' | sort)" "$(cd "$EXPORT/tree" && find . -type f | sort)"
for f in $(cd "$EXPORT/tree" && find . -type f); do cmp "$EXPORT/tree/$f" "$EXPORT/new/$f~"; done
rm "$L.hangup"
note "with what was written: $(stat -c %s "$L.done")"
(($(stat -c %s "$L.done") > 20)) || die "hardly any was broken"
rm -r "$M/new"
is "$(ls "$EXPORT")" "many
tree"
smb_unmnt
server_stop $PROXY KILL
smbd_stop
