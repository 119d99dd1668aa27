def main():
    print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("tab\t nl\n back\\ nul\0 é ☃"), repr("\x7f\x1b"))
    print(["a'b", 'c"d'], r"raw\n", "\u00e9\x41", """multi
    line""")


if __name__ == "__main__":
    main()
