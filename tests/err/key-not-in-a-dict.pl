def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return None


d = {"rows": 1, "columns": 2}
x = lookup(d, "out"), lookup({}, 1)
y = d["out"]  #~ error[E0803]: KeyError: 'out'  #~ help: the keys are `rows`, `columns`
