[a for a in b if c if not d for e, *f in g]
{a: b for a, b in c}
(a for a in b)
