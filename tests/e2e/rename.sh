# SPDX-License-Identifier: GPL-2.0-only
# Rename: replace, directories, case only, into a subdirectory, flags.
fat "$I" 16 16
mnt
cd "$M"
echo 1 > a; echo 2 > b; mkdir d e
mv a b; is "$(cat b)" 1
rename b B; is "$(cat b B)" "$(printf '1\n1')"	# the driver keeps the old case
mv B d/; mv d e/; is "$(cat e/d/B)" 1
fails 1 "subdirectory of itself" mv e e/d/
mkdir full; touch full/x; mkdir empty
python3 - <<- 'END'
	import ctypes, errno, os
	c = ctypes.CDLL(None, use_errno=True)
	def rename(a, b, flags=0):
	    return 0 if not c.renameat2(-100, a, -100, b, flags) else ctypes.get_errno()
	assert rename(b'empty', b'full') == errno.ENOTEMPTY
	assert rename(b'full', b'empty') == 0
	assert rename(b'e', b'empty', 1) == errno.EEXIST
	assert rename(b'e', b'e2', 1) == 0
	print('exchange:', os.strerror(rename(b'e2', b'empty', 2)))
END
cd "$W"
unmnt
clean
