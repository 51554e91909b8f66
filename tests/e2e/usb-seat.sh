# SPDX-License-Identifier: GPL-2.0-only
# Whose a stick is that is plugged in: who is at the seat, as a real logind knows it; nobody's at the login screen.
# variants: systemd
# timeout: 120
. "$T/sticks.sh"
need dbus-daemon loginctl
/usr/bin/python3 -c "import dbus" 2> /dev/null || skip "python3-dbus is not installed"
[ -x /lib/systemd/systemd-logind ] || skip "logind is not installed"
sticks_begin
fat "$W/good" 16 16 -n GOOD
stick good
usb good
# A bus and a logind. What starts a user's own services, and what the machine's shutdown needs, is not there.
unit() { printf '[Unit]\nDefaultDependencies=no\n'; printf '%s\n' "$@"; }
unit '[Socket]' 'ListenStream=/run/dbus/system_bus_socket' > units/dbus.socket
unit 'Requires=dbus.socket' '[Service]' 'Type=notify' \
	'ExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation' > units/dbus.service
unit '[Service]' 'Type=notify' 'BusName=org.freedesktop.login1' 'ExecStart=/lib/systemd/systemd-logind' > units/systemd-logind.service
unit '[Service]' 'Type=oneshot' 'RemainAfterExit=yes' 'ExecStart=/bin/true' | tee units/user@.service > units/user-runtime-dir@.service
unit '[Slice]' > units/user-.slice
sticks_start
sed -i 's/^enabled.*/enabled = yes/' etc/automount.conf
sd systemctl start dbus.service systemd-logind.service || { tail -n 30 systemd.log; die "no logind"; }
has "$(sd loginctl --no-legend list-seats)" seat0

# login USER CLASS: a session at seat0, as pam_systemd asks for it; it lasts until logout.
cat > login.py <<- 'END'
	import dbus, os, pwd, sys
	try:
	    vt = int(open('/sys/class/tty/tty0/active').read().removeprefix('tty'))
	except OSError:
	    vt = 0
	name, kind = sys.argv[1:]
	login1 = dbus.SystemBus().get_object('org.freedesktop.login1', '/org/freedesktop/login1')
	answer = login1.CreateSession(
	    pwd.getpwnam(name).pw_uid, os.getpid(), 'test', 'x11', kind, '', 'seat0', vt, '', ':0', False, '', '', [],
	    dbus_interface='org.freedesktop.login1.Manager', signature='uusssssussbssa(sv)')
	fd = answer[3].take()
	print('there', flush=True)
	sys.stdin.read()
END
login() {
	rm -f session in
	mkfifo in
	sd /usr/bin/python3 "$W/login.py" "$1" "$2" < in > session &
	exec 5> in
	until_true 10 grep -q there session || { tail -n 20 systemd.log; die "no session"; }
}
logout() { exec 5>&-; wait $!; }
owner() {
	plug good
	until_true 20 is_at good || { tail -n 20 systemd.log; die "not mounted"; }
	sd stat -c %U "$(at good)"
	pull good
	until_true 20 is_off good || die "still mounted"
}

is "$(owner)" root
login nobody user
is "$(owner)" nobody
logout
login games greeter
is "$(owner)" root
logout
sticks_end
dev_end
