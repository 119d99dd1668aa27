f"a{b}c{{}}"
f"{x=}{y = !r:>{width}.2f}"
f"{a['k']!s}{a != b}{(lambda: 1)}"
f"{f'{a}' + "b"}"
rf"\d{a}\n"
f'''{
a
}'''
