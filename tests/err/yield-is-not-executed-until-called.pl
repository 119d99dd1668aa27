def gen():
    yield 1  #~ error[E0801]: `yield` is not in the host language


try:
    gen()
except Exception:
    print("E0801 cannot be caught")
