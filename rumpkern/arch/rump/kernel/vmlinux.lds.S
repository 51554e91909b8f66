/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The layout of a component's shared object: text, then data that the dynamic
 * linker relocates and makes read-only (RELRO), then data. No memory is ever
 * writable and executable.
 */
#define LOAD_OFFSET 0
/* The exception table is sorted at boot, so it is not among the RELRO data either: below. */
/* Written during boot, so not among the RELRO data where the kernel would have it. */
#define RO_AFTER_INIT_DATA
#include <asm/page.h>
#include <asm/cache.h>
#include <asm/thread_info.h>
#include <asm-generic/vmlinux.lds.h>

jiffies = jiffies_64;

PHDRS
{
	rel PT_LOAD FILEHDR PHDRS FLAGS(4);
	text PT_LOAD FLAGS(5);
	data PT_LOAD FLAGS(6);
	dynamic PT_DYNAMIC FLAGS(6);
	relro PT_GNU_RELRO FLAGS(4);
	stack PT_GNU_STACK FLAGS(6);
}

SECTIONS
{
	. = SIZEOF_HEADERS;
	.hash		: { *(.hash) } :rel
	.gnu.hash	: { *(.gnu.hash) }
	.dynsym		: { *(.dynsym) }
	.dynstr		: { *(.dynstr) }
	.gnu.version	: { *(.gnu.version) }
	.gnu.version_d	: { *(.gnu.version_d) }
	.gnu.version_r	: { *(.gnu.version_r) }
	.rela.plt	: { *(.rela.plt) }
	.rela.dyn	: { *(.rela.dyn) *(.rela*) }
	.relr.dyn	: { *(.relr.dyn) }

	. = ALIGN(PAGE_SIZE);
	.plt		: { *(.plt) *(.plt.got) *(.iplt) } :text
	.text : {
		_text = .;
		_stext = .;
		TEXT_TEXT
		SCHED_TEXT
		CPUIDLE_TEXT
		LOCK_TEXT
		KPROBES_TEXT
		ENTRY_TEXT
		IRQENTRY_TEXT
		SOFTIRQENTRY_TEXT
		*(.fixup)
		_etext = .;
	} :text
	__init_begin = .;
	INIT_TEXT_SECTION(PAGE_SIZE)
	.exit.text : { EXIT_TEXT }

	. = DATA_SEGMENT_ALIGN(PAGE_SIZE, PAGE_SIZE);
	.dynamic : { *(.dynamic) } :data :dynamic :relro
	.got : { *(.got) *(.got.plt) *(.igot.plt) } :data :relro
	_sdata = .;
	RO_DATA(PAGE_SIZE)
	. = DATA_SEGMENT_RELRO_END(0, .);
	. = ALIGN(PAGE_SIZE);

	INIT_DATA_SECTION(16) :data
	.exit.data : { EXIT_DATA }
	PERCPU_SECTION(L1_CACHE_BYTES)
	. = ALIGN(PAGE_SIZE);
	__init_end = .;

	.data..ro_after_init : {
		__start_ro_after_init = .;
		*(.data..ro_after_init)
		JUMP_TABLE_DATA
		STATIC_CALL_DATA
		__end_ro_after_init = .;
	}
	EXCEPTION_TABLE(16)
	RW_DATA(L1_CACHE_BYTES, PAGE_SIZE, PAGE_SIZE)
	.data.rel : { *(.data.rel .data.rel.*) }
	_edata = .;

	BSS_SECTION(PAGE_SIZE, PAGE_SIZE, 0)
	. = DATA_SEGMENT_END(.);
	_end = .;

	STABS_DEBUG
	DWARF_DEBUG
	ELF_DETAILS

	DISCARDS
	/DISCARD/ : { *(.interp) *(.note.GNU-stack) *(.eh_frame) *(.note.gnu.property) }
}
