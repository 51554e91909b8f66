# SPDX-License-Identifier: GPL-2.0-only
# Random operations by two clients at once, against a model, then compared with what the server has.
# variants: plain seal
# timeout: 300
own_network
smb_needs
seconds=$((FULL ? 60 : 10))
mkdir "$EXPORT" "$EXPORT/a" "$EXPORT/b" "$W/b" "$W/run.a" "$W/run.b"
chmod 777 "$EXPORT/a" "$EXPORT/b"
smbd_start
way=
[ "$VARIANT" = plain ] || way=,seal
smb "nosharesock$way"
smb "nosharesock$way" DATA "$W/b"
(cd "$W/run.a" && "$BUILD/tests/fsx" -t "$seconds" -k "$M/a" > out) &
one=$!
(cd "$W/run.b" && "$BUILD/tests/fsx" -t "$seconds" -k "$W/b/b" > out) &
wait $one || { cat "$W/run.a/out"; die "the first client"; }
wait $! || { cat "$W/run.b/out"; die "the second client"; }
for c in a b; do
	sed -n 's/^/note: /p' "$W/run.$c/out"
	for model in "$W/run.$c"/*.model; do
		cmp "$model" "$EXPORT/$c/$(basename "$model" .model)"
	done
done
diff -r "$M" "$EXPORT"
umount "$W/b" && ended //127.0.0.1/DATA
smb_unmnt
smbd_stop
