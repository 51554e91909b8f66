# SPDX-License-Identifier: GPL-2.0-only
# A warning of the driver is logged and nothing else happens.
syslog_start
fat "$I" 16 16
mnt "" "$I" "$M" faulty
cat "$M/warn"
syslog_has 'rumptest: as asked|WARNING'
cat "$M/warn" && ls "$M" > /dev/null
unmnt
syslog_end
