# SPDX-License-Identifier: GPL-2.0-only
# What cannot be built is said by "meson setup", in one sentence: no tarball, a wrong one, another Linux, a missing tool.
need meson xz
setup() { meson setup "$W/build" "$TOP" -Dtests=false -Dbench=false "-Dlinux_source=$1"; }
fails 1 'nowhere does not exist. apt-get install linux-source-6.1' setup "$W/nowhere"
head -c 100000 /dev/urandom > noise
fails 1 'noise is no tarball of Linux' setup "$W/noise"
mkdir empty
fails 1 'empty is no tree of Linux' setup "$W/empty"
mkdir linux-6.12.1
printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 1\n' > linux-6.12.1/Makefile
fails 1 'is Linux 6.12. Linux 6.1.y is needed' setup "$W/linux-6.12.1"
tar -cJf other.tar.xz linux-6.12.1
fails 1 'is Linux 6.12.1. Linux 6.1.y is needed' setup "$W/other.tar.xz"
mkdir bin
for f in /usr/local/bin/* /usr/bin/* /usr/sbin/*; do
	[ "${f##*/}" = flex ] || ln -sf "$f" bin/
done
fails 1 'flex is missing. apt-get install flex' env "PATH=$W/bin" meson setup "$W/build" "$TOP"
[ ! -e "$W/build/build.ninja" ] || die "something was configured"
