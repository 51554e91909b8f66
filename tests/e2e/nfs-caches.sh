# SPDX-License-Identifier: GPL-2.0-only
# What the host believes of names and attributes, by each version: after a listing neither the server nor the driver is
# asked for what READDIRPLUS brought; not longer than the driver believes it; and names no longer than until the driver
# learns that their directory is another, whatever is mounted there or is somebody's working directory.
# timeout: 240
own_network
need python3 ss
mkdir "$EXPORT"
ganesha_start "$EXPORT" 'Graceless = true;' 'Attr_Expiration_Time = 0;'
cat > "$W/check.py" <<'END'
import json, os, re, subprocess, sys, time
m, s = sys.argv[2:]

def sent():
    """Bytes that the connection to the server has sent."""
    out = subprocess.run(['ss', '-tinH', 'state', 'established', 'dport = :2049'], check=True, capture_output=True, text=True).stdout
    return sum(map(int, re.findall(r'bytes_sent:(\d+)', out)))

def asked():
    """Requests of the host to the daemon."""
    out = subprocess.run(['rumpfs', 'status', '--json'], check=True, capture_output=True).stdout
    return next(e['requests'] for e in json.loads(out) if e['target'] == m)

def put(path, data):
    with open(path, 'w') as f:
        f.write(data)

def ino(path):
    return os.stat(path).st_ino

def until(what, condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)

def believed(paths):
    """Does the host ask nobody for any of them?"""
    first = asked()
    second = asked()
    for path in paths:
        os.stat(path)
    return asked() - second == second - first

def listing():
    """Nobody is asked after it."""
    names = os.listdir(f'{m}/many')
    assert len(names) == 1500
    wire, host = sent(), asked()
    for name in names:
        assert os.stat(f'{m}/many/{name}').st_size == len(name)
    wire, host = sent() - wire, asked() - host
    assert wire < 2000, f'{wire} bytes went to the server for {len(names)} stats'
    assert host < 50, f'{host} requests for {len(names)} stats'
    subprocess.run(['find', f'{m}/many', '-size', '+1000', '-ls'], check=True)
    wire = sent()
    out = subprocess.run(['ls', '-l', f'{m}/many'], check=True, capture_output=True).stdout
    assert out.count(b'\n') == 1501
    wire = sent() - wire
    assert wire < 2000, f'{wire} bytes went to the server for ls -l'

def revoked():
    """Names end when the driver learns of a change, here by making something in the directory."""
    d = f'{m}/dir'
    os.makedirs(f'{s}/dir/here')
    os.mkdir(f'{s}/dir/tmpfs')
    for name in 'abcd':
        put(f'{s}/dir/{name}', name)
    subprocess.run(['mount', '-t', 'tmpfs', 'below', f'{d}/tmpfs'], check=True)
    os.chdir(f'{d}/here')
    old = {name: ino(f'{d}/{name}') for name in os.listdir(d)}
    os.rename(f'{d}/c', f'{d}/e')           # moved along with what is believed
    assert ino(f'{d}/e') == old['c']
    # The driver may have learnt of a change by that, and the host be told of it now.
    until('names are not believed', lambda: believed(f'{d}/{name}' for name in 'abde'))
    for name in 'abe':
        put(f'{s}/dir/new', 'another ' + name)
        os.rename(f'{s}/dir/new', f'{s}/dir/{name}')
    os.unlink(f'{s}/dir/d')
    wire = sent()
    assert ino(f'{d}/a') == old['a'], 'a name is not believed'
    assert sent() - wire < 2000
    put(f'{d}/made', '')
    for name in 'abe':
        until(f'{name} is still the old file', lambda: ino(f'{d}/{name}') == ino(f'{s}/dir/{name}'))
        assert open(f'{d}/{name}').read() == 'another ' + name
    until('d is still there', lambda: not os.path.exists(f'{d}/d'))
    assert os.getcwd() == f'{d}/here', os.getcwd()
    assert os.path.ismount(f'{d}/tmpfs'), 'a mount below was lost'
    os.chdir('/')
    subprocess.run(['umount', f'{d}/tmpfs'], check=True)

def ends():
    """What is believed for two seconds is not believed after them."""
    for name in ('x', 'y', 'z'):
        put(f'{s}/{name}', '')
    old = {name: ino(f'{m}/{name}') for name in os.listdir(m)}
    start = time.monotonic()
    put(f'{s}/x', 'longer')
    os.chmod(f'{s}/y', 0o600)
    put(f'{s}/new', '')
    os.rename(f'{s}/new', f'{s}/z')
    time.sleep(max(0, start + 2.5 - time.monotonic()))
    assert os.stat(f'{m}/x').st_size == 6
    assert os.stat(f'{m}/y').st_mode & 0o777 == 0o600
    assert ino(f'{m}/z') != old['z']

def never():
    """noac: nothing is."""
    for i in range(10):
        put(f'{s}/n', 'x' * i)
        assert os.stat(f'{m}/n').st_size == i

def names_never():
    """lookupcache=none: attributes are believed, but no names."""
    for i in range(10):
        put(f'{s}/new', '')
        os.rename(f'{s}/new', f'{s}/n')
        assert ino(f'{m}/n') == ino(f'{s}/n')

globals()[sys.argv[1]]()
END
mkdir "$EXPORT/many"
(cd "$EXPORT/many"; for i in {1000..2499}; do echo -n "a file, $i" > "a file, $i"; done)
check() {
	mount -t rumpfs.nfs -o "vers=$v,$2" 127.0.0.1:/export "$M"
	timeout 120 python3 "$W/check.py" "$1" "$M" "$EXPORT" || die "NFS $v, $1"
	umount "$M"
}
for v in 4.2 4.0 3; do
	check listing actimeo=600
	check revoked actimeo=600
	check ends actimeo=2
	check never noac
	check names_never lookupcache=none,actimeo=600
	rm -r "$EXPORT"/[!m]*
done
nfs_stop
