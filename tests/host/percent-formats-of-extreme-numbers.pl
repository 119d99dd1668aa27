def said(fn):
    try:
        return fn()
    except OverflowError as e:
        return str(e)


print(said(lambda: "%c" % 0xD800))
print(said(lambda: "%c|%c" % (0x20AC, 65)))
print(said(lambda: "{:c}".format(0xDFFF)))
print(said(lambda: "%*d|" % (-4, 7)))


if __name__ == "__main__":
    pass
