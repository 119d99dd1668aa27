# Every limit with its code, its value, how far it can be raised, and what it
# counts; a misspelt one names the nearest or this list.
$QWC list limits | grep -E '^(limit|parameters|memory|time) '
$QWC run --limit tensor-byte=8 x.pl 2>&1
$QWC run --limit colour=8 x.pl 2>&1
