# title, splitlines, partition, searches with bounds ... as Python has them
print("abc dEF-ghi".title(), "abc DEF".capitalize(), "ab".center(5, ".") + "|", "abc".center(6) + "|")
print("a\nb\r\nc\n".splitlines(), "a\nb".splitlines(True), "".splitlines(), "a\n\nb".splitlines())
print("a=b=c".partition("="), "a=b=c".rpartition("="), "abc".partition("x"), "abc".rpartition("x"))
print("abcb".rfind("b"), "abc".rfind("x"), "abc".index("b"), "abcb".rindex("b"), "aéb".rfind("b"), "abc".find("", 4), "abc".find("", 3))
print("abc".isalpha(), "ab1".isalnum(), "".isalpha(), " \t".isspace(), "A1".isupper(), "a1".islower(), "1".islower())
print("run.pl".removesuffix(".pl"), "golden_x".removeprefix("golden_"), "abc".removeprefix("x"))
print("abc".startswith("b", 1), "abc".endswith("b", 0, 2), "abc".startswith("", 4), "abcabc".count("a", 1), "abc".count("", 1))
print(chr(65), chr(0x20AC), ord("é"), hex(255), hex(-255), bin(5), oct(8), pow(2, 5), pow(2, 5, 7), format(3.14159, ".2f"), format(5))
for bad in (lambda: "abc".index("x"), lambda: chr(-1), lambda: ord("ab"), lambda: "a".partition(""), lambda: print(1, sep=5), lambda: print(end=5)):
    try:
        bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)

if __name__ == "__main__":
    print(f"{'a' * 6000:.5500}"[-3:], "{} {}".format(1, 2))
    for text in ("{} {0}", "{0} {}"):
        try:
            text.format(1)
        except ValueError as e:
            print(e)
