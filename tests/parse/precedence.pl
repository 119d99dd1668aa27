a + b * c - d
-a ** -b
not a == b and c or d
a | b ^ c & d << e
a if b else c if d else e
