# qwc alone helps on stderr (exit 2); --help and --version go to stdout.
$QWC >out 2>err
echo "alone: exit $?, $(wc -c <out) bytes on stdout, $(head -n 1 err)"
$QWC --version
$QWC --help | head -n 3
for c in run compile check list explain bench tune; do $QWC $c --help | head -n 1; done
for c in run compile check list explain bench tune; do $QWC $c --help; done | awk 'length > 80'
