/* SPDX-License-Identifier: GPL-2.0-only */
/* Who the user is to the server: options, a file, the environment, the terminal. */
#ifndef RUMPFS_LOGIN_H
#define RUMPFS_LOGIN_H

#include <stdbool.h>
#include "options.h"
#include "registry.h"

/*
 * For drivers with .login: replace in @o the options of mount.cifs(8) for name,
 * password and domain by those of the driver. @ask: on the terminal, for a
 * password that nothing else gives; @spec for the question. From here on
 * the process leaves no core. Exit code, said why.
 */
int login_find(struct options *o, const struct fs_driver *d, const char *spec, bool ask);

#endif
