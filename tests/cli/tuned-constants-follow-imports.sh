# FILE.tune names what the source imports: when one of these has changed, the constants are not
# taken up, from whatever folder qwc is called.
mkdir -p sub lib
sed 's/^SCALE = 2$/from config import SCALE/; s/^N = 64$/from shape import N/' "$TESTDIR/_tuned.pl" >sub/k.pl
echo "SCALE = 2" >sub/config.pl
echo "N = 64" >lib/shape.pl
$QWC tune sub/k.pl -I lib --param STEP=8 --budget 30 -q >/dev/null
sed -i "/^STEP/d" sub/k.tune
sed -n 's/^import = [0-9a-f]\{16\} /imports /p' sub/k.tune
echo "STEP = 16" >>sub/k.tune
first() { $QWC run "$@" | head -n 1; }
first sub/k.pl -I lib
(cd sub && first k.pl -I ../lib)
echo "# another text" >>lib/shape.pl
first sub/k.pl -I lib
echo "N = 64" >lib/shape.pl
first sub/k.pl -I lib
echo "SCALE = 3" >sub/config.pl
first sub/k.pl -I lib
(cd sub && first k.pl -I ../lib)
mv sub/config.pl sub/config.py
first sub/k.pl -I lib
mkfifo sub/config.pl
first sub/k.pl -I lib 2>/dev/null # refused as an import, and not waited for here
