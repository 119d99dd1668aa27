# E0205: an import is a regular file below the importing directory or an -I directory.
mkdir -p in/sub other
echo 'N = 4' >other/lib.pl
ln -s ../other/lib.pl in/outside.pl
ln -s sub/near.pl in/inside.pl
echo 'N = 5' >in/sub/near.pl
ln -s nowhere.pl in/broken.pl
ln -s /dev/zero in/endless.pl
mkfifo in/pipe.pl
for m in outside inside broken endless pipe; do
    printf 'from %s import N\n\nif __name__ == "__main__":\n    print(N)\n' $m >in/main.pl
    echo "import $m"
    $QWC run -q in/main.pl 2>&1
    echo "exit $?"
done
printf 'from outside import N\n\nif __name__ == "__main__":\n    print(N)\n' >in/main.pl
$QWC run -q in/main.pl -I other
echo "-I other: exit $?"
for f in in/pipe.pl /dev/null in; do
    $QWC check $f 2>&1
    echo "check $f: exit $?"
done
