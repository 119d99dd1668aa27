def accumulate(xs, start=0):
    out = [start]
    for x in xs:
        out.append(out[-1] + x)
    return out
