def main():
    a = [3, 1, 2]
    a.append(5)
    a.extend("xy")
    a.insert(0, "first")
    a.insert(-1, "last but one")
    a.insert(100, "end")
    print(a)
    print(a.pop(), a.pop(0), a.index(1), a.count(3), len(a))
    b = a.copy()
    b.reverse()
    print(b, a)
    c = [3, 1, 2]
    c.sort()
    print(c)
    c.sort(reverse=True)
    print(c)
    c.sort(key=lambda x: -x)
    print(c, [[2, "b"], [1, "z"], [2, "a"]].sort())
    try:
        a.index("nope")
    except ValueError as e:
        print(e)


if __name__ == "__main__":
    main()
