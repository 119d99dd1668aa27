def main():
    s = "  Hello, World  "
    print([s.strip(), s.lstrip(), s.rstrip(), "xxaxx".strip("x"), "abc".rstrip("cb"), "www.a.w".lstrip("w.")])
    print("a,b,,c".split(","), " a  b c ".split(), "a b c".split(" ", 1), "".split(), "".split(","), " a  b c ".split(None, 1))
    print("abc".startswith("ab"), "abc".endswith(("x", "bc")), "abc".find("c"), "abc".find("z"), "abcabc".find("b", 2), "abcabc".find("b", -2))
    print("Hi".lower(), "Hi".upper(), "a-b-c".replace("-", "+"), "aaa".replace("a", "b", 2), "ab".replace("", "."), "banana".count("an"))
    print("12".isdigit(), "1.2".isdigit(), "".isdigit(), "ab".ljust(5) + "|", "ab".rjust(5, "*"), "42".zfill(5), "-42".zfill(5), "abc".zfill(2))
    print("-".join(["a", "b"]), "".join([]), "ab" * 3, "a" "b", len("héllo"), "héllo"[1], "héllo"[::-1])
    try:
        "-".join(["a", 1])
    except TypeError as e:
        print(e)


if __name__ == "__main__":
    main()
