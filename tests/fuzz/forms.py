"""Operations and statements of random programs that the generator's core does not know: other ranks, tile
sources, gather and scatter, sorting, atomics, spmd, yield, views, nested chunks, dynamic buffers."""
from math import prod

from model import FLOATS, INTS, LIMIT, WIDE, Tensor, Tile, dims

HOSTED = FLOATS + INTS


class Forms:
    # --- operations on a tile ---------------------------------------------------------------

    def filled(self, t):
        """The tile, valid everywhere."""
        return t if t.full else self.add(t.like(self.fresh(), full=True), f"pl.fillpad({t.name})")

    def flatten(self, t):
        """A tile of rank 2 with the elements of t."""
        t = self.filled(t)
        shape = (prod(t.shape[:-1]), t.shape[-1])
        return self.add(t.like(self.fresh(), shape=shape), f"pl.reshape({t.name}, [{dims(shape)}])")

    def part_of(self, shape):
        return tuple(self.r.randint(1, e) for e in shape)

    def op_move_any(self, t):
        name, rank = self.fresh(), len(t.shape)
        k = self.pick(["transpose", "part", "fillpad", "unit", "line", "move", "write"])
        if k == "transpose" and rank > 1:
            i, j = self.r.sample(range(rank), 2)
            shape = list(t.shape)
            shape[i], shape[j] = shape[j], shape[i]
            return self.add(t.like(name, shape=tuple(shape)), f"pl.transpose({t.name}, {i}, {j})")
        if k == "part":
            shape = self.part_of(t.shape)
            off = [self.window(e, p) for e, p in zip(t.shape, shape)]
            return self.add(t.like(name, shape=shape),
                            f"pl.slice({t.name}, [{dims(shape)}], [{', '.join(off)}])")
        if k == "unit" and rank < 4:
            shape = (1,) + t.shape if self.chance(0.5) else t.shape + (1,)
            return self.add(t.like(name, shape=shape), f"pl.reshape({t.name}, [{dims(shape)}])")
        if k == "line" and t.full and prod(t.shape) < 400:
            return self.add(t.like(name, shape=(prod(t.shape),)),
                            f"pl.reshape({t.name}, [{prod(t.shape)}])")
        if k == "write" and t.full:
            at = dims(self.r.randint(0, e - 1) for e in t.shape)
            return self.add(t.like(name), f"pl.write({t.name}, [{at}], {self.literal(t)})")
        if k == "fillpad":
            return self.add(t.like(name, full=True), f"pl.fillpad({t.name})")
        return self.add(t.like(name), f"pl.move({t.name})")

    def op_matmul_batched(self, t):
        b, m, k = t.shape
        n = self.pick([1, 2, 5, 8])
        u = self.load(self.input_for((b, k, n), t.dtype), (b, k, n))
        if u.depth:
            return t
        mag = t.mag * u.mag * k
        return self.add(Tile(self.fresh(), "FP32", (b, m, n), t.full and u.full, mag, 1),
                        f"pl.matmul({t.name}, {u.name}, out_dtype=pl.FP32)")

    def op_assign(self, t):
        """A tile put into a part of another one."""
        if t.dtype in WIDE:
            return t
        shape = self.part_of(t.shape)
        u = self.load(self.input_for(shape, t.dtype), shape)
        off = [self.window(e, p) for e, p in zip(t.shape, shape)]
        name, at = self.fresh(), ", ".join(off)
        out = t.like(name, full=True, mag=max(t.mag, u.mag), depth=max(t.depth, u.depth))
        if self.chance(0.3):
            return self.add(out, f"pl.assemble({t.name}, {u.name}, [{at}])")
        self.emit(f"{name} = {t.name}")
        if self.chance(0.5) and all(o.isdigit() for o in off):
            ends, _ = self.subscript(off, shape, True)
            self.emit(f"{name}[{', '.join(ends)}] = {u.name}")
        else:
            self.emit(f"pl.assemble({name}, {u.name}, [{at}])")
        self.tiles.append(out)
        return out

    def op_source(self, _):
        """A tile from nothing."""
        name, shape = self.fresh(), self.any_shape()
        t = Tile(name, self.pick(HOSTED + WIDE), shape, mag=4.0)
        k = self.pick(["create", "full", "full", "arange"])
        if k == "arange":
            t = t.like(name, dtype=self.pick(["INT16", "INT32", "INT64", "UINT16", "UINT32"]),
                       shape=(1,) * (len(shape) - 1) + shape[-1:])
            start = self.pick(["0", "n", "7", "5 - n"] if t.signed else ["0", "3"])
            return self.add(t, f"pl.arange({start}, [{dims(t.shape)}], dtype=pl.{t.dtype})")
        if k == "create":
            make = self.pick(["pl.tile.create", "pl.create_tile"])
            return self.add(t, f"{make}([{dims(shape)}], dtype=pl.{t.dtype})")
        return self.add(t, f"pl.full([{dims(shape)}], dtype=pl.{t.dtype}, value={self.literal(t)})")

    def op_expand(self, t):
        if len(t.shape) != 2 or t.dtype in WIDE:
            return t
        axis = self.pick(["row", "col"])
        shape = (t.shape[0], 1) if axis == "row" else (1, t.shape[1])
        v = self.load(self.input_for(shape, t.dtype), shape)
        out = t.like(self.fresh(), mag=max(t.mag, v.mag), depth=max(t.depth, v.depth))
        k = self.pick(["add", "sub", "mul", "plain", "clone", "expands", "expdif"])
        if k == "plain":
            return self.add(out, f"pl.{axis}_expand({t.name}, {v.name})")
        if k == "clone":
            return self.add(out.like(out.name, full=True),
                            f"pl.expand_clone({self.filled(v).name}, {t.name})")
        if k == "expands":
            return self.add(out, f"pl.expands({t.name}, {self.literal(t)})")
        if k == "expdif":
            if self.exact or t.dtype != "FP32" or out.depth >= 2:
                return t
            low = [f"pl.minimum(pl.maximum({x.name}, -2.0), 2.0)" for x in (t, v)]
            return self.add(out.like(out.name, mag=60.0, depth=out.depth + 1),
                            f"pl.{axis}_expand_expdif({low[0]}, {low[1]})")
        mag = t.mag * v.mag if k == "mul" else t.mag + v.mag
        return self.add(out.like(out.name, mag=mag), f"pl.{axis}_expand_{k}({t.name}, {v.name})")

    def op_pick(self, t):
        """gather, scatter, gather_row."""
        if len(t.shape) != 2 or t.dtype in WIDE or t.depth:
            return t
        t = self.filled(t)
        rows, cols = t.shape
        k = self.pick(["gather", "scatter", "gather_row"])
        if k == "gather_row":
            shape = self.part_of(t.shape)
            trans = self.chance(0.4)
            src = self.input_for(shape[::-1] if trans else shape, t.dtype)
            take = shape[::-1] if trans else shape
            if src.depth or not src.full:
                return t
            off = [self.window(e, p) for e, p in zip(t.shape, shape)]
            at = [self.window(e, p) for e, p in zip(src.shape, take)]
            flag = ", transpose=True" if trans else ""
            return self.add(t.like(self.fresh(), mag=max(t.mag, src.mag)),
                            f"pl.gather_row({t.name}, {src.name}, [{', '.join(off)}], [{', '.join(at)}], [{dims(take)}]{flag})")
        many = self.pick([1, 2, 5, 8])
        index = self.new_input("INT32", (rows, many), static=True)
        index.low, index.high = 0, cols
        if k == "gather":
            i = self.load(index, (rows, many))
            return self.add(t.like(self.fresh(), shape=(rows, many), full=i.full),
                            f"pl.gather({t.name}, dim=-1, index={i.name})")
        u = self.filled(self.load(self.input_for((rows, many), t.dtype), (rows, many)))
        if u.depth:
            return t
        return self.add(t.like(self.fresh(), mag=max(t.mag, u.mag)),
                        f"pl.scatter({t.name}, dim=-1, index={index.name}[:, :], src={u.name})")

    def op_inline(self, _):
        """Two tiles from an inline function that is called in a core scope."""
        x = self.new_input(static=True, shape=(self.pick(self.sizes), self.pick(self.sizes)))
        f, p, q = f"f{len(self.helpers)}", self.fresh(), self.fresh()
        most = self.pick(["row_max", "row_min", "col_max"])
        self.helpers.append([
            "@pl.jit.inline",
            f"def {f}(a: pl.Tensor[[{dims(x.shape)}], pl.{x.dtype}], m: pl.Scalar[pl.INT32]):",
            "    t = a[:, :]", "    for i in pl.range(m):",
            f"        t = pl.maximum(t, {self.literal(x)})",
            f"    return t, pl.{most}(t)"])
        self.emit(f"{p}, {q} = {f}({x.name}, {self.pick(['n', '2', 'n % 2'])})")
        shape = (x.shape[0], 1) if most.startswith("row") else (1, x.shape[1])
        self.tiles += [Tile(p, x.dtype, x.shape, True, x.mag), Tile(q, x.dtype, shape, True, x.mag)]
        return self.tiles[-2]

    # --- statements of orchestration ----------------------------------------------------------

    def forms(self):
        return [self.atomic_sum, self.spmd_ring, self.while_form, self.yield_loop, self.sort_scope,
                self.view_form, self.view_form, self.view_loop, self.view_loop, self.table_loop,
                self.divided_loop, self.chunk_nest, self.chunk_nest, self.dynamic_buffer,
                self.memory_scalar, self.transparent]

    def atomic_sum(self):
        """Many iterations add into the same rows."""
        dt = self.pick(["FP32", "FP16", "INT8", "INT16", "INT32"])
        rows, cols = self.r.randint(1, 3), self.pick(self.sizes)
        x = self.new_input(dt, (6, cols), static=True)
        w = Tensor(f"w{len(self.buffers)}", dt, (rows, cols), mag=LIMIT)
        self.buffers.append(w)
        v = self.fresh("i")
        kind = self.pick(["parallel", "parallel", "range", "spmd", "chunk"])
        stop = self.pick(["n", "n + 1", "6", "3"])
        if kind == "chunk":
            self.scope(True)
            self.indent += 1
        self.emit(f"for {v} in pl.{'parallel' if kind == 'chunk' else kind}({stop}{', chunk=2' if kind == 'chunk' else ''}):")

        def add():
            t = self.fresh()
            self.emit(f"{t} = {x.name}[{v} : {v} + 1, :]")
            if self.chance(0.5):
                self.emit(f"{t} = pl.maximum({t}, {self.literal(x)})")
            self.emit(f"{w.name} = pl.assemble({w.name}, {t}, [{v} % {rows}, 0], atomic=pl.AtomicType.Add)")

        def body():
            if kind in ("spmd", "chunk"):
                return add()
            self.scope()
            self.block(add)
        self.block(body)
        if kind == "chunk":
            self.indent -= 1

    def spmd_ring(self):
        """Blocks that read what their neighbours stored before a barrier."""
        blocks = self.pick(["2", "3", "5", "n + 1"])
        cols = self.pick(self.sizes)
        x = self.new_input(self.pick(HOSTED), (6, cols), static=True)
        y, w = self.new_output(x.dtype, (6, cols)), self.fresh("ring")
        i, j, t = self.fresh("i"), self.fresh("j"), self.fresh()
        self.emit(f"{w} = pl.create_tensor([2, 6, {cols}], dtype=pl.{x.dtype})")
        loop = self.chance(0.5)
        self.emit(f"for {i} in pl.spmd({blocks}):" if loop else f"with pl.spmd({blocks}):")
        op = self.pick(["maximum", "minimum", "sub"])

        def body():
            if not loop:
                self.emit(f"{i} = pl.tile.get_block_idx()")
            self.emit(f"{t} = {x.name}[{i} : {i} + 1, :]")
            self.emit(f"{w}[0, {i} : {i} + 1, :] = {t}")
            self.emit(f"{j} = ({i} + 1) % ({blocks})")
            if self.chance(0.5):
                s = self.fresh("s")
                self.emit(f"for {s} in pl.range({self.pick(['n', '2', '3'])}):")
                self.emit("    pl.system.syncall()")
                self.emit(f"    {t} = pl.{op}({t}, {w}[{s} % 2, {j} : {j} + 1, :])")
                self.emit(f"    {w}[1 - {s} % 2, {i} : {i} + 1, :] = {t}")
            else:
                self.emit("pl.system.syncall()")
                self.emit(f"{t} = pl.{op}({w}[0, {j} : {j} + 1, :], {t})")
            self.emit(f"{y.name}[{i} : {i} + 1, :] = {t}")
        self.block(body)

    def while_form(self):
        z = self.new_output("INT64", (2,))
        a, b, p, q = (self.fresh("m") for _ in range(4))
        self.emit(f"for ({a}, {b}) in pl.while_(init_values=({self.r.randint(3, 40)}, {self.pick(['0', 'n'])})):")
        self.emit(f"    pl.cond({a} > {self.pick(['n', '2', 'n * n'])})")
        self.emit(f"    {p}, {q} = pl.yield_({self.pick([f'{a} - 2', f'{a} // 2', f'{a} - {a} // 3 - 1'])}, {b} + {a} % 5)")
        self.emit(f"{z.name}[0] = {p}")
        self.emit(f"{z.name}[1] = {q}")

    def yield_loop(self):
        """Two tiles carried by init_values."""
        self.scope()

        def body():
            shape = self.any_shape()
            dt = self.pick(HOSTED)
            t, u = (self.load(self.input_for(shape, dt), shape) for _ in range(2))
            if t.depth or u.depth:
                return
            a, b, p, q, v = self.fresh(), self.fresh(), self.fresh(), self.fresh(), self.fresh("i")
            kind, more = self.pick([("range", ""), ("range", ""), ("pipeline", ", stage=2")])
            bounds = self.pick(["n", "3", "1, n", "n, 0, -2", "2, 2"])
            self.emit(f"for {v}, ({a}, {b}) in pl.{kind}({bounds}{more}, init_values=({t.name}, {u.name})):")
            self.emit(f"    {p}, {q} = pl.yield_(pl.minimum({b}, {a}), pl.maximum({a}, {self.pick([b, self.literal(t)])}))")
            self.tiles += [t.like(p, full=False, mag=LIMIT), t.like(q, full=False, mag=LIMIT)]
            self.store(self.tiles[-1])
            self.store(self.tiles[-2])
        self.block(body)

    def sort_scope(self):
        """The largest of a row with their places."""
        n = self.pick([32, 64, 96, 128, 256])
        x = self.new_input("FP32", (1, n), static=True)
        pairs = self.fresh()
        self.scope()

        def body():
            source = f"{x.name}[:, :]"
            if self.chance(0.5):  # many that are equal
                source = f"pl.cast(pl.cast({source}, target_type=pl.INT32), target_type=pl.FP32)"
            self.emit(f"{pairs} = pl.sort32({source}, pl.arange({self.pick([0, 7])}, [1, {n}], dtype=pl.UINT32))")
            runs, length = 64, 2 * n
            while length % (4 * runs) == 0 and self.chance(0.8):
                self.emit(f"{pairs} = pl.mrgsort({pairs}, block_len={runs})")
                runs *= 4
            if length > runs and length % runs == 0 and length // runs <= 4 and self.chance(0.7):
                lists = [f"{pairs}[:, {k} : {k + runs}]" for k in range(0, length, runs)]
                self.emit(f"{pairs} = pl.mrgsort({', '.join(lists)})")
            for mask, dt in (("P0101", "FP32"), ("P1010", "INT32"), ("P0001", "FP32")):
                t = self.fresh()
                to = ", output_dtype=pl.INT32" if dt == "INT32" else ""
                self.emit(f"{t} = pl.gather({pairs}, mask_pattern=pl.tile.MaskPattern.{mask}{to})")
                self.tiles.append(Tile(t, dt, (1, length // (4 if mask == "P0001" else 2)),
                                       mag=4.0))
                self.store(self.tiles[-1])
        self.block(body)

    def view_form(self):
        """A view of a tensor, for loads to come or for a store."""
        if self.chance(0.4):
            return self.store_through_view()
        sources = [t for t in self.inputs + self.buffers if len(t.shape) == 2]
        x = self.pick(sources) if sources and self.chance(0.7) else self.new_input(shape=(self.pick(self.sizes), self.pick(self.sizes)))
        for _ in range(self.r.randint(1, 2)):
            x = self.view_of(x)
        self.plain_scope()

    def view_of(self, x):
        name = self.fresh("v")
        k = self.pick(["slice", "subscript", "transpose", "row", "valid", "partial", "partial",
                       "unit"])
        if len(x.shape) != 2:
            return x
        shape = self.part_of(x.shape)
        off = [self.window(e, p) for e, p in zip(x.shape, shape)]
        at = ", ".join(off)
        full = x.full
        if k == "unit" and not x.sym:
            shape = x.shape[1:] if x.shape[0] == 1 else self.pick([(1,) + x.shape, x.shape + (1,)])
            text = f"pl.reshape({x.name}, [{dims(shape)}])"
        elif k == "transpose":
            shape, text = x.shape[::-1], f"pl.transpose({x.name}, 0, 1)"
        elif k == "row":
            shape, text = x.shape[1:], f"{x.name}[{off[0]}, :]"
        elif k == "subscript" and all(o.isdigit() for o in off):
            text = f"{x.name}[{', '.join(f'{o} : {int(o) + e}' for o, e in zip(off, shape))}]"
        elif k == "valid" and full:
            shape, full, text = x.shape, False, f"pl.set_validshape({x.name}, {self.valid_extent(x.shape[0])}, {x.shape[1]})"
        elif k == "partial":
            full = False
            text = f"pl.slice({x.name}, [{dims(shape)}], [{at}], valid_shape=[{self.valid_extent(shape[0])}, {shape[1]}])"
        else:
            text = f"pl.slice({x.name}, [{dims(shape)}], [{at}])"
        self.emit(f"{name} = {text}")
        v = Tensor(name, x.dtype, shape, x.sym, full=full, mag=x.mag)
        self.views.append(v)
        return v

    def store_through_view(self):
        dt = self.pick(HOSTED)
        rows, cols = self.pick(self.sizes), self.pick(self.sizes)
        y, v = self.new_output(dt, (rows, cols)), self.fresh("v")
        kind = self.pick(["transpose", "reshape", "row"])
        shape = {"transpose": (cols, rows), "reshape": (rows * cols,), "row": (cols,)}[kind]
        self.emit(f"{v} = " + {"transpose": f"pl.transpose({y.name}, 0, 1)",
                               "reshape": f"pl.reshape({y.name}, [{rows * cols}])",
                               "row": f"{y.name}[{self.window(rows, 1)}, :]"}[kind])
        self.scope()

        def body():
            part = self.part_of(shape)
            t = self.load(self.input_for(part, dt), part)
            off = [self.window(e, p) for e, p in zip(shape, part)]
            self.emit(f"{v} = pl.assemble({v}, {t.name}, [{', '.join(off)}])")
        self.block(body)

    def view_loop(self):
        """Iterations that read and write lines of a matrix through views, from one to another or in place."""
        rows, cols = self.pick(self.sizes), self.pick(self.sizes)
        dt = self.pick(HOSTED)
        if self.chance(0.5):
            x = y = Tensor(f"w{len(self.buffers)}", dt, (rows, cols), mag=LIMIT)
            self.buffers.append(x)
        else:
            x, y = self.new_input(dt, (rows, cols), static=True), self.new_output(dt, (rows, cols))
        i, t = self.fresh("i"), self.fresh()
        lines = [self.line_of(z, rows, cols, i, self.pick(["plain", "transpose", "reshape", "row"]))
                 for z in (x, y)]
        kind = self.pick(["parallel", "parallel", "spmd", "range", "chunk"])
        if kind == "chunk":
            self.scope(True)
            self.indent += 1
        bounds = self.pick([f"{rows}", f"pl.min(n, {rows})",
                            f"0, {rows}, 2"]) if kind != "spmd" else str(rows)
        more = ", chunk=2" if kind == "chunk" else ""
        self.emit(f"for {i} in pl.{'parallel' if kind == 'chunk' else kind}({bounds}{more}):")

        def work():
            self.emit(f"{t} = pl.reshape({lines[0]}, [1, {cols}])")
            self.emit(f"{t} = pl.maximum({t}, {self.literal(x)})")
            across = "[:, " in lines[1]
            self.emit(f"{lines[1]} = pl.reshape({t}, [{dims((cols, 1) if across else (cols,))}])")

        def body():
            if kind in ("spmd", "chunk"):
                return work()
            self.scope()
            self.block(work)
        self.block(body)
        if kind == "chunk":
            self.indent -= 1

    def table_loop(self):
        """Rows in an order that a table in memory gives: what is read, what is written, or both."""
        rows, cols = self.pick(self.sizes), self.pick(self.sizes)
        x = self.new_input(self.pick(HOSTED), (rows, cols), static=True)
        y = self.new_output(x.dtype, (rows, cols))
        table = self.new_input("INT32", (rows,), static=True)
        table.init = f"lambda: ({self.pick([1, rows - 1])} * torch.arange({rows}) + {self.r.randint(0, rows)}) % {rows}"
        i, j = self.fresh("i"), self.fresh("j")
        places = self.pick([(i, j), (j, i), (j, j)])
        kind = self.pick(["parallel", "range", "spmd"])
        self.emit(f"for {i} in pl.{kind}({rows if kind == 'spmd' else self.pick([rows, f'pl.min(n, {rows})'])}):")

        def work():
            self.emit(f"{j} = pl.cast(pl.read({table.name}, [{i}]), pl.INDEX)")
            source = f"{x.name}[{places[0]} : {places[0]} + 1, :]"
            self.emit(f"{y.name}[{places[1]} : {places[1]} + 1, :] = pl.maximum({source}, {self.literal(x)})")

        def body():
            if kind == "spmd":
                return work()
            self.scope()
            self.block(work)
        self.block(body)

    def divided_loop(self):
        """Blocks numbered through: the quotient is one axis, the remainder another one."""
        a, b, width, cols = (self.r.randint(1, 4) for _ in range(4))
        x = self.new_input(self.pick(HOSTED), (a, b * width, cols))
        y = self.new_output(x.dtype, (a, b * width, cols))
        i, p, q, t = self.fresh("i"), self.fresh("p"), self.fresh("q"), self.fresh()
        kind = self.pick(["parallel", "spmd", "range"])
        count = self.pick([str(a * b), f"pl.tensor.dim({x.name}, 0) * {b}"])
        self.emit(f"for {i} in pl.{kind}({count}):")

        def work():
            self.emit(f"{p} = {i} // {b}")
            self.emit(f"{q} = {self.pick([f'{i} % {b}', f'{i} - {p} * {b}'])}")
            self.emit(f"{t} = {x.name}[{p}, {q} * {width} : {q} * {width} + {width}, :]")
            self.emit(f"{y.name}[{p}, {q} * {width} : {q} * {width} + {width}, :] = pl.minimum({t}, {self.literal(x)})")

        def body():
            if kind == "spmd":
                return work()
            self.scope()
            self.block(work)
        self.block(body)

    def line_of(self, x, rows, cols, i, kind):
        """Row i of x as a subscript, of a view that is made here."""
        v = self.fresh("v")
        if kind == "transpose":
            self.emit(f"{v} = pl.transpose({x.name}, 0, 1)")
            return f"{v}[:, {i} : {i} + 1]"
        if kind == "reshape":
            self.emit(f"{v} = pl.reshape({x.name}, [{rows * cols}])")
            return f"{v}[{i} * {cols} : {i} * {cols} + {cols}]"
        if kind == "row":
            self.emit(f"{v} = pl.slice({x.name}, [{rows}, {cols}], [0, 0])")
            return f"{v}[{i}, :]"
        return f"{x.name}[{i}, :]"

    def chunk_nest(self):
        """Two chunked parallel loops over blocks of a matrix."""
        rows, cols = self.pick([5, 16, 17, 33]), self.pick([4, 9, 16, 31])
        th, tw = self.pick([1, 2, 4, 8]), self.pick([3, 4, 8])
        x = self.new_input(self.pick(HOSTED), (rows, cols))
        y = self.new_output(x.dtype, (rows, cols))
        i, j, t = self.fresh("i"), self.fresh("j"), self.fresh()
        outer = self.pick([f"({rows} + {th - 1}) // {th}",
                           f"(pl.tensor.dim({x.name}, 0) + {th - 1}) // {th}", "pl.min(n, 2)",
                           f"{(rows - 1) // th}, -1, -1"])

        def head(v, bounds):
            policy = self.pick(["", ', chunk_policy="leading_full"', ', chunk_policy="guarded"'])
            chunk = f", chunk={self.pick([1, 2, 3, 5])}{policy}" if self.chance(0.8) else ""
            self.emit(f"for {v} in pl.{self.pick(['parallel', 'parallel', 'range'])}({bounds}{chunk}):")
            self.indent += 1
        self.scope(True)
        depth, self.indent = self.indent, self.indent + 1
        head(i, outer)
        if self.chance(0.5):
            self.emit(f"r{i} = {i} * {th}")
        head(j, f"({cols} + {tw - 1}) // {tw}")
        at = [f"{i} * {th}", f"{j} * {tw}"]
        self.emit(f"{t} = pl.slice({x.name}, [{th}, {tw}], [{', '.join(at)}], valid_shape=[pl.min({th}, {rows} - {at[0]}), pl.min({tw}, {cols} - {at[1]})])")
        for _ in range(self.r.randint(0, 3)):
            self.emit(f"{t} = pl.{self.pick(['add', 'maximum', 'sub'])}({t}, {self.literal(x)})")
        self.emit(f"{y.name} = pl.assemble({y.name}, {t}, [{', '.join(at)}])")
        self.indent = depth

    def dynamic_buffer(self):
        """A buffer of dynamic extent: one loop writes it, another one reads its rows in another order."""
        rows, cols = self.pick([1, 5, 9, 17]), self.pick(self.sizes)
        x = self.new_input(self.pick(HOSTED), (rows, cols))
        y = self.new_output(x.dtype, (rows, cols))
        m, w, i, j, t = self.fresh("m"), self.fresh("dyn"), self.fresh("i"), self.fresh("i"), self.fresh()
        self.emit(f"{m} = pl.tensor.dim({x.name}, 0)")
        self.emit(f"{w} = pl.create_tensor([{m}, {cols}], dtype=pl.{x.dtype})")
        self.emit(f"for {i} in pl.{self.pick(['parallel', 'range'])}({self.pick([m, m + ' // 2', f'0, {m}, 2'])}):")

        def write():
            self.scope()
            self.block(lambda: self.emit(f"{w}[{i} : {i} + 1, :] = pl.maximum({x.name}[{i} : {i} + 1, :], {self.literal(x)})"))
        self.block(write)
        self.emit(f"for {j} in pl.{self.pick(['parallel', 'range'])}({m}):")

        def read():
            self.scope()
            self.block(lambda: self.emit(f"{y.name}[{j} : {j} + 1, :] = {w}[{m} - 1 - {j} : {m} - {j}, :]"))
        self.block(read)
        z = self.new_output("INT32", (1,))
        self.emit(f"{z.name}[0] = {m} * 2 - n")

    def memory_scalar(self):
        """An INDEX from memory, clamped where it is used."""
        if self.indent > 1:
            return self.while_form()
        x = self.new_input("INT32", (4,), static=True)
        m = self.fresh("m")
        self.emit(f"{m} = pl.cast(pl.read({x.name}, [pl.min(n, 3)]), pl.INDEX)")
        self.vars.append(m)
        self.plain_scope()

    def transparent(self):
        if self.indent > 2:
            return self.plain_scope()
        self.emit(f"with pl.{self.pick(['scope', 'manual_scope', 'cluster'])}():")
        self.block(self.statement)
