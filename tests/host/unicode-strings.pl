def main():
    s = "naïve ☃ 𝄞"
    print(len(s), s[2], s[6], s[-1], s.find("☃"), s[::-1], s.split(" "), f"{s:>12}|", "☃" in s, s.replace("ï", "i"))
    print(repr(s), ["é"], "é" * 3, "é".ljust(3, "☃"), "%5s|" % "é", s[2:8])


if __name__ == "__main__":
    main()
