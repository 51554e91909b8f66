# SPDX-License-Identifier: GPL-2.0-only
# The tree that is built is the tarball and our folder: no file differs, nothing else is added.
# timeout: 300
source=$BUILD/linux/source
[ -d "$source" ] || skip "the kernel was built elsewhere"
tarball=$(python3 -c "
import json
for o in json.load(open('$BUILD/meson-info/intro-buildoptions.json')):
    if o['name'] == 'linux_source': print(o['value'])")
[ -f "$tarball" ] || skip "the kernel was built from a tree, not from a tarball"
mkdir "$W/fresh"
tar -C "$W/fresh" --strip-components=1 -xf "$tarball"
diff -rq --no-dereference "$W/fresh" "$source/" || die "the tree differs"
[ -d "$BUILD/linux/tree" ] || exit 0
# The tree for make: links into the source, and our folder.
find "$BUILD/linux/tree" -type f -not -path '*/arch/rump/*' | head | grep . && die "files in the tree of links" || true
