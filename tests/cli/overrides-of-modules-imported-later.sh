# -D reaches a module that a function of the driver imports; a name that no module then assigns is told.
echo 'LATE = 5' >lib.pl
cat >d.pl <<'PL'
def main():
    import lib

    print(lib.LATE)


if __name__ == "__main__":
    main()
PL
cat >e.pl <<'PL'
EARLY = 1


def main():
    if EARLY:
        from lib import LATE

        print(LATE)


if __name__ == "__main__":
    main()
PL
for args in 'd.pl -D LATE=7' 'e.pl -D LATE=7' 'd.pl -D LAT=7' 'e.pl -D EARLI=7' 'd.pl -D lib.LATE=8' 'd.pl -D lob.LATE=8'; do
    # shellcheck disable=SC2086
    $QWC run -q -Wno-W1004 $args >out 2>err
    echo "$? $args: $(head -n 1 out) $(head -n 1 err)"
done
