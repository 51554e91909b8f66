// SPDX-License-Identifier: GPL-2.0-only
/* The assembly here needs no offsets, but the build wants the file. */
int main(void)
{
	return 0;
}
