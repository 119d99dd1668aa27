# each byte that is no UTF-8 is one character, and none behind the text is read
cat >k.pl <<'P'
import sys

if __name__ == "__main__":
    s = sys.argv[1]
    print(len(s), s[1], s[2], s.find("b"), [len(c) for c in s])
P
$QWC run -q k.pl -- "$(printf '\344ab')" 2>/dev/null
$QWC run -q k.pl -- "$(printf 'ab\360\237')" 2>/dev/null | od -An -c
