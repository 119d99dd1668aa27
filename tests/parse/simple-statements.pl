def f():
    global a, b
    nonlocal c
    assert a, b
    del a, b[0]
    raise
    raise a from b
    pass; return
