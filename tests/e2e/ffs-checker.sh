# SPDX-License-Identifier: GPL-2.0-only
# The checker of FFS is content with images of another program, and finds any damage.
need makefs
mkdir -p "$W/root/d"
for i in 1 2 3 4; do random "$W/root/d/small$i" 700; done
random "$W/root/big" 300000
ln -s /nowhere "$W/root/link"
for version in 1 2; do
	for order in le be; do
		makefs -t ffs -B "$order" -s 12m -o "version=$version,bsize=8192,fsize=1024" "$W/$version$order" "$W/root" > /dev/null
	done
done
has "$(python3 "$T/ffsck_test.py" "$W"/[12]?e)" '[1-9][0-9]* kinds of damage found'
fails 2 'neither a superblock' python3 "$T/ffsck.py" "$W/root/big"
