# SPDX-License-Identifier: GPL-2.0-only
# Hundreds of requests at once from many processes, for minutes at full length.
# variants: uring pool
# timeout: 600
fat "$I" 32 512
mnt
seconds=$((FULL ? 90 : 8))
python3 - "$M" $seconds <<- 'END'
	import os, random, sys, threading, time
	top, end = sys.argv[1], time.monotonic() + float(sys.argv[2])
	errors = []
	def work(n):
	    r = random.Random(n); d = f'{top}/dir {n}'; os.mkdir(d); have = {}
	    try:
	        while time.monotonic() < end and not errors:
	            name = f'{d}/a file {r.randrange(20)}'
	            op = r.randrange(5)
	            if op < 2:
	                data = bytes([r.randrange(256)]) * r.randrange(60000)
	                open(name, 'wb').write(data); have[name] = data
	            elif op == 2 and name in have:
	                assert open(name, 'rb').read() == have[name], name
	            elif op == 3 and name in have:
	                new = name + ' renamed'; os.rename(name, new); os.rename(new, name)
	            elif name in have:
	                os.unlink(name); del have[name]
	            else:
	                assert sorted(os.listdir(d)) == sorted(os.path.basename(x) for x in have)
	        for name, data in have.items():
	            assert open(name, 'rb').read() == data, name
	    except BaseException as e:
	        errors.append(e)
	threads = [threading.Thread(target=work, args=(n,)) for n in range(200)]
	[t.start() for t in threads]; [t.join() for t in threads]
	sys.exit(f'{len(errors)} errors, first: {errors[0]!r}' if errors else 0)
END
unmnt
clean
