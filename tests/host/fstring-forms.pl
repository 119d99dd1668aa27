def main():
    x, y, w = 3.14159, "abc", 10
    d = {"k": [1, 2]}
    print(f"{x} {x:.2f} {x:{w}.{2}f} {y!r} {y!s:>5} {x=} {x = } {x=:.1f} {y=!s} {d['k'][1]} {{}} {{{x:.0f}}} {'nested ' + f'{w:>{w // 2}}'}")
    print(f"{x + 1:.1f} {[i for i in range(3)]} {(lambda a: a * 2)(4)} {y.upper()} {1 if x > 3 else 2}" f"{w}" "tail {not}")
    print(f"{0.1234:.4%} {12:5d}| {1e-9:.6f} {'a' if y else 'b'}")


if __name__ == "__main__":
    main()
