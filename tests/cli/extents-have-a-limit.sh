# The entry takes dimensions up to 2**48; beyond is E1105, before anything is made.
cp "$TESTDIR/_rows.pl" rows.pl
$QWC run rows.pl --no-golden --dim N=281474976710657 --input x=zeros
echo "status $?"
$QWC compile rows.pl -o - | grep QW_MAX_EXTENT
