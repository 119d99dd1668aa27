def main():
    import os
    import os.path
    from pathlib import Path

    p = Path("a/b") / "c.tar.gz"
    print(p, p.name, p.stem, p.suffix, p.parent, p.parents[1], repr(Path("x//./y/")), Path("."), Path("/").parent, Path("a", "b"), "r" / Path("s"), Path("a") / "/abs")
    print(str(p), p == Path("a/b/c.tar.gz"), Path(".bashrc").suffix, Path("a.").suffix, Path("x").parent, Path("a/../b"))
    print(os.path.join("a", "b", "/c", "d"), os.path.join("a/", "b"), os.path.dirname("a/b/c"), os.path.dirname("c"), os.path.basename("a/b"), os.path.basename("a/"), os.path.dirname("/x"))
    print(Path("/no/such/thing").exists(), os.path.exists("/"), Path("/").is_dir(), Path("/").is_file(), Path("/a/b/../c").resolve(), os.path.abspath("/a/./b/.."))


if __name__ == "__main__":
    main()
