// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys of names. All that counts: names that the driver takes for equal have
 * the same key. That others have it too costs a look at the disk.
 *
 * A name that is looked for is compared, byte by byte in the lower case of the
 * character set of the mount, with the long name and with the short one, after
 * each was translated from UTF-16, or from the code page, to that character set.
 *
 * Long: translated here as the driver does, by the same functions of the kernel,
 * and hashed in lower case.
 * Short: how one is shown depends on the case options, on flags of the entry and on the code
 * page. So only what does not depend is hashed: ASCII letters in lower case,
 * digits and signs but '.' (may be added), ' ' (may be cut off) and '?' (what
 * cannot be translated). Whatever is not ASCII is left out on both
 * sides: charset_ok() and short_other() see to it that it stays not ASCII. The same key serves
 * fat_scan(), which compares the 11 bytes.
 */
#include <linux/nls.h>
#include <asm/unaligned.h>
#include "dirindex.h"

#define SEED_SHORT	0x811c9dc5u
#define SEED_LONG	0x2166f34bu

static u32 hash_add(u32 h, u8 c)
{
	return (h ^ c) * 0x01000193u;
}

static u32 hash_end(u32 h)
{
	h ^= h >> 15;
	h *= 0x2c1b3c6du;
	return h ^ h >> 12;
}

static u8 ascii_lower(u8 c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool counts(u8 c)
{
	return c > ' ' && c < 0x7f && c != '.' && c != '?';
}

/* Lower case as the code page has it; 0 in its table: none. */
static u8 disk_lower(const struct nls_table *disk, u8 c)
{
	return disk->charset2lower[c] ?: c;
}

/* ASCII is ASCII on disk and for the user, and nothing else is, in either case. */
bool fatdx_charset_ok(struct super_block *sb)
{
	struct msdos_sb_info *sbi = MSDOS_SB(sb);
	struct nls_table *disk = sbi->nls_disk, *io = sbi->nls_io;
	u8 out[NLS_MAX_CHARSET_SIZE], c;
	unsigned int i;
	wchar_t u;

	if (!sbi->options.isvfat)
		return true;		/* no name is translated */
	for (i = 1; i < 0x80; i++) {
		c = i;
		if (disk->char2uni(&c, 1, &u) != 1 || u != i ||
		    disk_lower(disk, c) != ascii_lower(c) || nls_tolower(io, c) != ascii_lower(c))
			return false;
		if (!sbi->options.utf8 &&
		    (io->uni2char(i, out, sizeof(out)) != 1 || out[0] != i))
			return false;
	}
	for (i = 0x80; i < 0x100; i++)
		if (disk_lower(disk, i) < 0x80 || nls_tolower(io, i) < 0x80)
			return false;
	return true;
}

/* A character of a short name that is not ASCII: is nothing of what the user sees? */
static bool shown_ok(struct super_block *sb, wchar_t u)
{
	struct msdos_sb_info *sbi = MSDOS_SB(sb);
	u8 out[NLS_MAX_CHARSET_SIZE];
	int i, n;

	if (u < 0x80)
		return false;
	if (sbi->options.utf8)
		return true;
	n = sbi->nls_io->uni2char(u, out, sizeof(out));
	if (n <= 0)
		return !sbi->options.unicode_xlate;	/* '?' */
	for (i = 0; i < n; i++)
		if (out[i] < 0x80)
			return false;
	return true;
}

/* Bytes of the character at @c that is not ASCII; -EINVAL: it might be shown as ASCII. */
static int short_other(struct super_block *sb, const u8 *c, int room)
{
	struct msdos_sb_info *sbi = MSDOS_SB(sb);
	struct nls_table *disk = sbi->nls_disk;
	wchar_t u = 0;
	u8 lower;
	int n;

	if (!sbi->options.isvfat)
		return 1;
	n = disk->char2uni(c, room, &u);
	if (n >= 0 && !shown_ok(sb, u))
		return -EINVAL;
	if (n > 1)
		return min(n, room);
	lower = disk_lower(disk, *c);
	if (disk->char2uni(&lower, 1, &u) >= 0 && !shown_ok(sb, u))
		return -EINVAL;
	return 1;
}

int fatdx_key_short(struct super_block *sb, const u8 *name, u32 *hash)
{
	u8 work[MSDOS_NAME];
	u32 h = SEED_SHORT;
	int i, end, n;

	memcpy(work, name, MSDOS_NAME);
	if (memchr(work, 0, MSDOS_NAME))
		return -EINVAL;
	if (work[0] == 0x05)		/* stands for what would be a deleted entry */
		work[0] = DELETED_FLAG;
	for (i = 0, end = 8; end <= MSDOS_NAME; i = 8, end += 3) {
		while (i < end) {
			if (work[i] < 0x80) {
				if (counts(work[i]))
					h = hash_add(h, ascii_lower(work[i]));
				i++;
				continue;
			}
			n = short_other(sb, work + i, end - i);
			if (n < 0)
				return n;
			i += n;
		}
	}
	*hash = hash_end(h);
	return 0;
}

void fatdx_keys_of(struct super_block *sb, const u8 *name, unsigned int len,
		   u32 *as_short, u32 *as_long)
{
	struct nls_table *io = MSDOS_SB(sb)->nls_io;
	u32 s = SEED_SHORT, l = SEED_LONG;
	u8 c;

	while (len--) {
		c = nls_tolower(io, *name++);
		l = hash_add(l, c);
		if (counts(c))
			s = hash_add(s, c);
	}
	*as_short = hash_end(s);
	*as_long = hash_end(l);
}

/* r->name to r->bytes as the user sees it. The length, or -EINVAL. */
static int translate(struct fatdx_reader *r)
{
	struct msdos_sb_info *sbi = MSDOS_SB(r->sb);
	const wchar_t *u;
	u8 *out = r->bytes;
	int n;

	if (sbi->options.utf8)
		return utf16s_to_utf8s(r->name, FATDX_NAME_UNITS, UTF16_HOST_ENDIAN, r->bytes,
				       sizeof(r->bytes));
	for (u = r->name; *u; u++) {
		n = sbi->nls_io->uni2char(*u, out, NLS_MAX_CHARSET_SIZE);
		if (n > 0) {
			out += n;
		} else if (sbi->options.unicode_xlate) {
			return -EINVAL;		/* an escape sequence: not worth the code */
		} else {
			*out++ = '?';
		}
	}
	return out - r->bytes;
}

/* --- slots ------------------------------------------------------------------------ */

static void name_part(struct fatdx_reader *r, const struct msdos_dir_slot *ds)
{
	wchar_t *to = r->name + r->left * 13;
	int i;

	for (i = 0; i < 5; i++)
		to[i] = get_unaligned_le16(ds->name0_4 + 2 * i);
	for (i = 0; i < 6; i++)
		to[5 + i] = get_unaligned_le16(ds->name5_10 + 2 * i);
	for (i = 0; i < 2; i++)
		to[11 + i] = get_unaligned_le16(ds->name11_12 + 2 * i);
}

/* A slot of a long name. */
static int read_long(struct fatdx_reader *r, const struct msdos_dir_slot *ds)
{
	unsigned int id = ds->id & ~0x40;

	if (r->nr && r->left && id == r->left && ds->alias_checksum == r->checksum) {
		/* Two first slots in one name: where one starts to read makes a difference. */
		if (ds->id & 0x40)
			return -EINVAL;
		r->left--;
		name_part(r, ds);
		return 0;
	}
	r->nr = 0;
	if (!(ds->id & 0x40) || !id || id > FATDX_LONG)
		return 0;
	r->nr = id;
	r->left = id - 1;
	r->checksum = ds->alias_checksum;
	r->name[id * 13] = 0;
	name_part(r, ds);
	return 0;
}

int fatdx_read(struct fatdx_reader *r, const struct msdos_dir_entry *de)
{
	struct nls_table *io = MSDOS_SB(r->sb)->nls_io;
	bool complete = r->nr && !r->left;
	u32 h = SEED_LONG;
	int i, n;

	/* A deleted slot has 0xe5 for its number: no long name goes on there, nor begins. */
	if (de->attr == ATTR_EXT && de->name[0] != DELETED_FLAG)
		return read_long(r, (const struct msdos_dir_slot *)de);
	r->nr = 0;
	if (IS_FREE(de->name) || (de->attr & ATTR_VOLUME))
		return 0;
	if (fatdx_key_short(r->sb, de->name, &r->short_hash))
		return -EINVAL;
	r->has_long = complete && MSDOS_SB(r->sb)->options.isvfat &&
		      fat_checksum(de->name) == r->checksum;
	if (r->has_long) {
		n = translate(r);
		if (n < 0)
			return -EINVAL;
		for (i = 0; i < n; i++)
			h = hash_add(h, nls_tolower(io, r->bytes[i]));
		r->long_hash = hash_end(h);
	}
	return 1;
}
