def main():
    def e(x):
        print(x, end=" ")
        return x

    d = {e("k1"): e("v1"), e("k2"): e("v2")}
    r = e(1) + e(2) * e(3)
    t = (e("a"), [e("b"), e("c")])
    print((lambda *a, **k: 0)(e(4), e(5), x=e(6)))
    d[e("k3")] = e("v3")
    print(e(1) < e(2) < e(0))


if __name__ == "__main__":
    main()
