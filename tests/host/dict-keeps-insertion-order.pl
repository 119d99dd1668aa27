def main():
    d = {}
    for i in range(40):
        d["k%d" % ((i * 7) % 40)] = i
    for i in range(0, 40, 3):
        del d["k%d" % i]
    d["k0"] = "again"
    print(list(d.items()))
    print(len(d), "k3" in d, "k4" in d)


if __name__ == "__main__":
    main()
