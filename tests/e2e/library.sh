# SPDX-License-Identifier: GPL-2.0-only
# A program of somebody else's finds librump by pkg-config, boots a kernel and asks its release.
need pkg-config gcc
cat > try.c <<- 'END'
	#include <librump.h>
	#include <stdio.h>
	int main(void)
	{
		struct rump_config cfg = { .component = "fat" };
		char err[256] = "";
		if (rump_boot(&cfg, err, sizeof(err)))
			return fprintf(stderr, "%s\n", err), 1;
		printf("%s %s\n", rump_kernel_get()->component, rump_kernel_get()->release);
		return 0;
	}
END
export PKG_CONFIG_PATH=/usr/local/lib/$(gcc -dumpmachine)/pkgconfig
gcc -o try try.c $(pkg-config --cflags --libs librump)
has "$(./try)" '^fat 6\.1\.[0-9]+$'
is "$(pkg-config --modversion librump)" "$(rumpfs --version | cut -d ' ' -f 2)"
