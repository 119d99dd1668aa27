# args: --limit nesting=3 --limit expr-nesting=4
if a:
    if b:
        if c:
            x = [[[[1]]]]
            y = f(f(f(f(1))))
            z = 1 + 2 + 3 + 4 + 5
