# What is written goes to where a symbolic link points, whether a file is there
# yet or not; the link stays.
. "$TESTDIR/_twice.sh"
twice good.pl "$X, $Y" "$GOOD"
mkdir far
ln -s far/there.npy there.npy
ln -s step.npy twice.npy
ln -s "$PWD/far/twice.npy" step.npy
ln -s gone/y.npy nowhere.npy
ln -s loop.npy loop.npy
for name in there twice there nowhere loop; do
    echo "$name: "
    $QWC run -q good.pl --save y=$name.npy 2>&1 | sed -n 's/^qwc:/ /p'
done
for link in *.npy; do echo "$link -> $(readlink "$link" | sed "s|$PWD|.|")"; done
find . -name '*.npy*' -type f | sort
$PYTHON -c 'import numpy; print((numpy.load("far/there.npy") == numpy.load("far/twice.npy")).all())'
