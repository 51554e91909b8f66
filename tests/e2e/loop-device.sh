# SPDX-License-Identifier: GPL-2.0-only
# A block device: fuseblk, claimed exclusively, umount waits for the driver.
fat "$I" 32 64
lo=$(loop "$I"); trap 'losetup -d $lo' EXIT
random "$W/data" 20000000
mnt "" "$lo"
is "$(findmnt -no FSTYPE,SOURCE "$M" | tr -s ' ')" "fuseblk.rumpfs.vfat $lo"
mkdir "$W/mnt2"
fails 32 "already mounted|in use|busy" mount -t rumpfs.vfat "$lo" "$W/mnt2"
python3 -c "
import os, sys
try: os.open('$lo', os.O_RDONLY | os.O_EXCL); sys.exit('not claimed')
except OSError as e: print(e)"
cp "$W/data" "$M/data"
umount "$M"
python3 -c "import os; os.open('$lo', os.O_RDWR | os.O_EXCL)" || die "umount returned before the device was free"
fsck.vfat -n "$lo"
mcopy -i "$I" ::data "$W/copy" && cmp "$W/data" "$W/copy"
ended "$lo"
