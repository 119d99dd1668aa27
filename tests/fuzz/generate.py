#!/usr/bin/env python3
"""Writes random valid programs SEED.pl, ...  usage: generate.py FOLDER SEED COUNT

The same seed gives the same program.  Its second line says how its results may be
compared: `exact` (bit for bit, everywhere), `rounded` (bit for bit on one ISA level)
or `ladder` (the same, without fusion against without fusion).
"""
import random
import sys

from forms import Forms
from model import FLOATS, INTS, LARGE, LIMIT, SIZES, SMALL, TORCH, WIDE, Tensor, Tile, dims

class Program(Forms):
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.seed = seed
        self.sizes = LARGE if seed % 8 == 7 else SIZES
        self.exact = self.r.random() < 0.6
        self.ladder = False
        self.lines, self.indent, self.count = [], 1, 0
        self.inputs, self.outputs, self.helpers, self.tiles = [], [], [], []
        self.buffers, self.frozen, self.vars, self.may_store = [], set(), [], True
        self.views = []
        self.syms = {}
        self.n = self.r.choice([0, 1, 2, 3, 4, 5])
        self.budget = self.r.randint(6, 22)

    # --- text ---------------------------------------------------------------------------

    def emit(self, text):
        self.lines.append("    " * self.indent + text)

    def fresh(self, stem="t"):
        self.count += 1
        return f"{stem}{self.count}"

    def pick(self, seq):
        return self.r.choice(seq)

    def chance(self, p):
        return self.r.random() < p

    # --- parameters ---------------------------------------------------------------------

    def new_input(self, dtype=None, shape=None, static=False):
        dtype = dtype or self.pick(FLOATS + ["FP32", "FP32"] + INTS)
        shape = shape or self.any_shape()
        sym = None
        if not static and self.chance(0.3):
            for s, v in self.syms.items():
                if v == shape[0]:
                    sym = s
            if not sym and len(self.syms) < 3:
                sym = f"D{len(self.syms)}"
                self.syms[sym] = shape[0]
        t = Tensor(f"x{len(self.inputs)}", dtype, shape, sym, mag=4.0 if dtype in FLOATS else 128.0)
        self.inputs.append(t)
        return t

    def any_shape(self):
        """Mostly rank 2; small extents where there are more axes."""
        rank = self.pick([2] * 7 + [1, 3, 4])
        return tuple(self.pick(self.sizes if rank < 3 else SMALL) for _ in range(rank))

    def new_output(self, dtype, shape):
        t = Tensor(f"y{len(self.outputs)}", dtype, shape)
        self.outputs.append(t)
        return t

    def input_for(self, shape=None, dtype=None):
        found = [t for t in self.inputs + self.buffers + self.views
                 if (not dtype or t.dtype == dtype) and
                 (not shape or t.holds(shape))]
        if found and self.chance(0.8):
            return self.pick(found)
        return self.new_input(dtype, shape and tuple(e + self.pick([0, 0, 1, 3]) for e in shape))

    # --- loads and stores ----------------------------------------------------------------

    def window(self, total, size):
        """An offset of a window of `size` in `total`, as text; in range for every value of n."""
        room = total - size
        if room <= 0:
            return "0"
        if self.chance(0.3):
            v = self.pick(self.vars + ["n"])
            return f"pl.max(0, pl.min({v}, {room}))"
        return str(self.r.randint(0, room))

    def load(self, src, shape=None):
        drop = shape is None
        shape = shape or tuple(self.r.randint(1, e) if self.chance(0.6) else e for e in src.shape)
        off = [self.window(t, e) for t, e in zip(src.shape, shape)]
        name = self.fresh()
        sizes = dims(shape)
        kind = self.r.random()
        full = src.full
        if kind < 0.35 and all(o.isdigit() for o in off):
            ends, shape = self.subscript(off, shape, drop)
            self.emit(f"{name} = {src.name}[{', '.join(ends)}]")
        elif kind < 0.6:
            self.emit(f"{name} = pl.slice({src.name}, [{sizes}], [{', '.join(off)}])")
        else:
            valid = [self.valid_extent(e) for e in shape]
            full = False
            gone = [i for i, e in enumerate(shape) if e == 1][: len(shape) - 1]
            gone = self.pick(gone) if drop and gone and self.chance(0.5) else None
            more = "" if gone is None else f", drop_dims=[{gone}]"
            self.emit(f"{name} = pl.slice({src.name}, [{sizes}], [{', '.join(off)}], valid_shape=[{', '.join(valid)}]{more})")
            shape = tuple(e for i, e in enumerate(shape) if i != gone)
        t = Tile(name, src.dtype, shape, full, src.mag, src.depth)
        self.tiles.append(t)
        return t

    def subscript(self, off, shape, drop):
        """A window as subscripts; axes of extent 1 may be dropped, but not all of them."""
        ends, kept = [], []
        for o, e in zip(off, shape):
            rest = len(shape) - len(ends) - 1
            if drop and e == 1 and len(kept) + rest > 0 and self.chance(0.5):
                ends.append(o)
            else:
                ends.append(f"{o} : {int(o) + e}")
                kept.append(e)
        return ends, tuple(kept)

    def valid_extent(self, e):
        k = self.r.random()
        if k < 0.3:
            return str(e)
        if k < 0.55:
            return str(self.r.randint(0, e))
        if k < 0.6:
            return f"pl.max(0, pl.min({self.pick(self.vars + ['n'])}, {e}))"
        if k < 0.8:
            return f"pl.min(n, {e})"
        return f"pl.max(0, pl.min({e}, n - {self.r.randint(0, 3)}))"

    def store(self, t):
        if t.dtype in WIDE:
            t = self.add(t.like(self.fresh(), dtype="INT64"),
                         f"pl.cast({t.name}, target_type=pl.INT64)")
        margin = [self.pick([0, 0, 1, 5] if i == 0 else [0, 0, 2]) for i in range(len(t.shape))]
        y = self.new_output(t.dtype, [e + m for e, m in zip(t.shape, margin)])
        at = [str(self.r.randint(0, m)) for m in margin]
        kind = self.r.random()
        if kind < 0.4:
            self.emit(f"{y.name} = pl.assemble({y.name}, {t.name}, [{', '.join(at)}])")
        elif kind < 0.5:
            self.emit(f"{y.name} = pl.store({t.name}, [{', '.join(at)}], {y.name})")
        else:
            ends, _ = self.subscript(at, t.shape, True)
            self.emit(f"{y.name}[{', '.join(ends)}] = {t.name}")

    def update(self, t):
        """Stores into a buffer that later loads may read."""
        if not self.may_store or t.depth or t.dtype in WIDE or t.mag > LIMIT and t.is_float:
            return t
        found = [b for b in self.buffers if b.dtype == t.dtype and b.holds(t.shape)]
        if not found or self.chance(0.2):
            b = Tensor(f"w{len(self.buffers)}", t.dtype,
                       [e + self.pick([0, 1, 4]) for e in t.shape], mag=LIMIT)
            self.buffers.append(b)
        else:
            b = self.pick(found)
        off = [self.window(e, a) for e, a in zip(b.shape, t.shape)]
        self.emit(f"{b.name} = pl.assemble({b.name}, {t.name}, [{', '.join(off)}])")
        if self.chance(0.7):
            return self.load(b)
        return t

    # --- operations ----------------------------------------------------------------------

    def add(self, t, text):
        self.emit(f"{t.name} = {text}")
        if t.is_float and t.mag > LIMIT:
            self.emit(f"{t.name} = pl.minimum(pl.maximum({t.name}, -8.0), 8.0)")
            t.mag = 8.0
        self.tiles = [o for o in self.tiles if o.name != t.name] + [t]
        return t

    def partner(self, t):
        """A tile that t may be combined with: the same shape, or extents of 1."""
        found = [u for u in self.tiles if u.dtype == t.dtype and len(u.shape) == len(t.shape) and
                 all(a == b or b == 1 for a, b in zip(t.shape, u.shape))]
        if found and self.chance(0.8):
            return self.pick(found)
        shape = tuple(1 if self.chance(0.15) else e for e in t.shape)
        if t.dtype in WIDE:
            u = self.load(self.input_for(shape, "INT64"), shape)
            return self.add(u.like(self.fresh(), dtype=t.dtype),
                            f"pl.cast({u.name}, target_type=pl.{t.dtype})")
        return self.load(self.input_for(shape, t.dtype), shape)

    def literal(self, t):
        if t.is_float:
            return str(self.pick([0.5, -1.25, 2.0, 0.1, -0.3, 3.0, 1.0]))
        if not t.signed:
            return str(self.pick([1, 3, 100, 255]))
        return str(self.pick([1, -3, 7, 100, -100]))

    def target(self, t):
        return t.name if self.chance(0.3) and t.name not in self.frozen else self.fresh()

    def op_binary(self, t):
        ops = ["add", "sub", "mul", "maximum", "minimum"]
        if not t.is_float:
            ops += ["and_", "or_", "xor_"]
        op = self.pick(ops)
        name = self.target(t)
        if self.chance(0.4):
            text, mag, u = f"pl.{op}({t.name}, {self.literal(t)})", 3.0, t
        else:
            u = self.partner(t)
            pair = [t.name, u.name]
            if u.shape == t.shape and t.full and not self.chance(0.7):
                pair.reverse()
            text, mag = f"pl.{op}({', '.join(pair)})", u.mag
        mag = t.mag * mag if op == "mul" else t.mag + mag
        return self.add(t.like(name, full=t.full and u.full, mag=mag, depth=max(t.depth, u.depth)),
                        text)

    def op_divide(self, t):
        u = self.partner(t)
        low = "0.5" if t.is_float else "1"
        guard = f"pl.maximum({u.name}, {low})" if not t.signed else f"pl.maximum(pl.abs({u.name}), {low})"
        if not u.full:  # an element that is not valid reads as 0, guarded or not
            guard = guard.replace(u.name, f"pl.fillpad({u.name})")
        op = self.pick(["div", "fmod"]) if self.discrete(t) and self.discrete(u) else "div"
        return self.add(t.like(self.target(t), mag=t.mag * 2, depth=max(t.depth, u.depth)),
                        f"pl.{op}({t.name}, {guard})")

    def op_unary(self, t):
        k = self.pick(["neg", "abs", "sqrt", "sign"] if t.is_float else ["not_", "shift", "abs"])
        if not t.signed and k in ("neg", "abs"):
            k = "not_"
        name = self.target(t)
        if k == "sqrt":
            return self.add(t.like(name, mag=max(1.0, t.mag)),
                            f"pl.sqrt(pl.abs({t.name}))") if not t.depth else t
        if k == "sign":
            return self.add(t.like(name), f"-{t.name}")
        if k == "shift":
            return self.add(t.like(name),
                            f"pl.{self.pick(['shl', 'shr'])}({t.name}, {self.r.randint(0, 9)})")
        return self.add(t.like(name), f"pl.{k}({t.name})")

    def discrete(self, t):
        return t.depth == 0

    def op_compare(self, t):
        u = self.partner(t)
        if not (self.discrete(t) and self.discrete(u)):
            return t
        c = self.pick(["eq", "ne", "lt", "le", "gt", "ge", 0, 3])
        return self.add(t.like(self.fresh(), mag=1.0),
                        f"pl.cmp({t.name}, {u.name}, cmp_type={c!r})")

    def op_cast(self, t):
        to = self.pick(FLOATS + INTS + WIDE)
        if to == t.dtype or (t.depth and to != "FP32"):
            return t
        mode = self.pick(["", "", ', mode="rint"', ', mode="floor"', ', mode="trunc"',
                          ', mode="ceil"', ', mode="odd"'])
        if mode and not (t.is_float and to != "FP32"):
            mode = ""
        mag = t.mag + 1 if to in FLOATS else 128.0
        if not t.is_float and to in FLOATS:
            mag = {"INT8": 128.0, "UINT8": 256.0, "INT16": 40000.0,
                   "UINT16": 70000.0}.get(t.dtype, 1e19)
        if to == "FP16" and mag > 60000.0:
            return t
        return self.add(Tile(self.fresh(), to, t.shape, t.full, mag, t.depth),
                        f"pl.cast({t.name}, target_type=pl.{to}{mode})")

    def op_reduce(self, t):
        if len(t.shape) != 2:
            return self.flatten(t)
        axis = self.pick(["row", "col"])
        shape = (t.shape[0], 1) if axis == "row" else (1, t.shape[1])
        op = self.pick(["max", "min"])
        if t.is_float and not t.full:
            guard = self.fresh()
            self.add(t.like(guard, full=True), f"pl.fillpad({t.name})")
            t = t.like(guard, full=True)
        if not self.exact and t.depth < 2 and t.dtype == "FP32" and self.chance(0.5):
            total = self.add(t.like(self.fresh(), shape=shape, mag=t.mag * max(t.shape), depth=t.depth + 1),
                             f"pl.{axis}_sum({t.name})")
            return total
        if not t.is_float and self.chance(0.3):
            op = "sum"
        r = self.add(t.like(self.fresh(), shape=shape), f"pl.{axis}_{op}({t.name})")
        if self.chance(0.4):
            o = self.pick(["add", "sub", "mul"])
            mag = t.mag * t.mag if o == "mul" else 2 * t.mag
            return self.add(t.like(self.fresh(), mag=mag),
                            f"pl.{axis}_expand_{o}({t.name}, {r.name})")
        return r

    def op_argmax(self, t):
        if not self.discrete(t) or len(t.shape) != 2:
            return t
        return self.add(Tile(self.fresh(), "INT32", (t.shape[0], 1), t.full, 99.0),
                        f"pl.row_arg{self.pick(['max', 'min'])}({t.name})")

    def op_elementary(self, t):
        if self.exact or t.dtype != "FP32" or t.depth >= 2:
            return t
        name = self.fresh()
        k = self.pick(["exp", "log", "rsqrt", "recip", "sin", "cos", "silu"])
        small = f"pl.minimum(pl.maximum({t.name}, -3.0), 3.0)"
        large = f"pl.add(pl.abs({t.name}), 0.5)"
        if k == "exp":
            return self.add(t.like(name, mag=20.0, depth=t.depth + 1), f"pl.exp({small})")
        if k == "silu":
            return self.add(t.like(name, depth=t.depth + 2),
                            f"pl.mul({t.name}, pl.recip(pl.add(pl.exp(pl.neg({small})), 1.0)))")
        if k in ("sin", "cos"):
            return self.add(t.like(name, mag=1.0, depth=t.depth + 1), f"pl.{k}({t.name})")
        return self.add(t.like(name, mag=4.0, depth=t.depth + 1), f"pl.{k}({large})")

    def op_move(self, t):
        if len(t.shape) != 2:
            return self.op_move_any(t)
        k = self.pick(["transpose", "part", "fillpad", "narrow", "patch", "concat", "reshape",
                       "element", "any", "any"])
        if k == "any":
            return self.op_move_any(t)
        r, c = t.shape
        name = self.fresh()
        if k == "transpose":
            return self.add(t.like(name, shape=(c, r)), f"pl.transpose({t.name}, 0, 1)")
        if k == "part":
            shape = (self.r.randint(1, r), self.r.randint(1, c))
            off = f"{self.window(r, shape[0])}, {self.window(c, shape[1])}"
            return self.add(t.like(name, shape=shape),
                            f"pl.slice({t.name}, [{shape[0]}, {shape[1]}], [{off}])")
        if k == "fillpad":
            pad = self.pick(["", ", pad_value=pl.PadValue.zero", ", pad_value=0"])
            return self.add(t.like(name, full=True), f"pl.fillpad({t.name}{pad})")
        if k == "narrow":
            if not t.full:
                return t
            text = f"pl.set_validshape({t.name}, {self.valid_extent(r)}, {self.valid_extent(c)})"
            return self.add(t.like(name, full=False), text)
        if k == "patch" and t.full and t.dtype not in WIDE:
            u = self.load(self.input_for((1, 1), t.dtype), (1, 1))
            if not u.full:
                return t
            self.emit(f"{name} = {t.name}")
            self.emit(f"pl.write({name}, [{self.r.randint(0, r - 1)}, pl.min(n, {c - 1})], pl.read({u.name}, [0, 0]))")
            return self.add(t.like(name, mag=max(t.mag, u.mag), depth=max(t.depth, u.depth)), name)
        if k == "concat" and t.full and t.dtype not in WIDE:
            shape = (r, self.r.randint(1, 3))
            u = self.load(self.input_for(shape, t.dtype), shape)
            if u.full:
                return self.add(t.like(name, shape=(r, c + u.shape[1]), mag=max(t.mag, u.mag),
                                       depth=max(t.depth, u.depth)),
                                f"pl.concat({t.name}, {u.name})")
        if k == "reshape" and t.full:
            return self.add(t.like(name, shape=(1, r * c)),
                            f"pl.reshape({t.name}, [1, {r * c}])") if r * c < 400 else t
        return t

    def op_matmul(self, t):
        if self.exact or t.depth or t.dtype not in FLOATS:
            return t
        if len(t.shape) == 3:
            return self.op_matmul_batched(t)
        if len(t.shape) != 2:
            return t
        m, kk = t.shape
        n = self.pick(self.sizes)
        trans = self.chance(0.5)
        dtype = self.pick(FLOATS + ["INT8", "UINT8"]) if self.chance(0.4) else t.dtype
        b = self.load(self.input_for((n, kk) if trans else (kk, n), dtype),
                      (n, kk) if trans else (kk, n))
        if b.depth:
            return t
        if dtype != t.dtype:
            b = self.add(b.like(self.fresh(), dtype=t.dtype),
                         f"pl.cast({b.name}, target_type=pl.{t.dtype})")
        flag = ", b_trans=True" if trans else ""
        name = self.fresh()
        return self.add(Tile(name, "FP32", (m, n), t.full and b.full, t.mag * b.mag * kk, 1),
                        f"pl.matmul({t.name}, {b.name}, out_dtype=pl.FP32{flag})")

    def step(self):
        if not self.tiles or self.chance(0.2):
            return self.load(self.pick(self.inputs) if self.inputs and self.chance(0.8)
                             else self.new_input())
        t = self.pick(self.tiles[-4:])
        ops = [self.op_binary] * 5 + [self.op_unary] * 2 + [
               self.op_divide, self.op_compare, self.op_cast, self.op_cast, self.op_reduce,
               self.op_argmax, self.op_elementary, self.op_elementary, self.op_move, self.op_move,
               self.op_matmul, self.update, self.update, self.update, self.op_assign,
               self.op_source, self.op_expand, self.op_pick,
               self.op_inline]
        return self.pick(ops)(t)

    # --- statements in a core scope --------------------------------------------------------

    def block(self, body):
        """Runs `body` one level deeper; tiles that it makes are not visible afterwards."""
        saved, views, at, frozen = list(self.tiles), list(self.views), len(self.lines), self.frozen
        self.frozen = frozen | {t.name for t in self.tiles}
        self.indent += 1
        body()
        self.frozen = frozen
        if len(self.lines) == at:
            self.emit("pass")
        self.indent -= 1
        self.tiles, self.views = saved, views

    def carried(self, make):
        """A tile bound before a loop or if and rebound in it to the same type."""
        src = self.input_for(None, None)
        t = self.load(src)
        acc = self.fresh("acc")
        self.emit(f"{acc} = {t.name}")
        t = t.like(acc, mag=LIMIT)
        if not t.is_float:
            t.mag = 128.0

        def body():
            for _ in range(self.r.randint(0, 2)):
                self.step()
            u = self.load(self.input_for(t.shape, t.dtype), t.shape)
            if u.depth > t.depth:
                return
            op = self.pick(["add", "sub", "maximum", "minimum"])
            if t.is_float:
                op = self.pick(["maximum", "minimum", "sub", "add"])
                if op in ("add", "sub"):
                    self.emit(f"{acc} = pl.{op}(pl.mul({acc}, 0.5), {u.name})")
                    return
            self.emit(f"{acc} = pl.{op}({acc}, {u.name})")

        make(body)
        t = t.like(acc, full=False)
        self.tiles.append(t)
        return t

    def loop_head(self, kinds):
        kind = self.pick(kinds)
        v = self.fresh("i")
        stop = self.pick(["n", "3", "5", "n + 1"])
        bounds = self.pick([stop, f"0, {stop}", f"1, {stop}, 2", f"{stop}, 0, -1", "2, 2"])
        if kind == "pipeline":
            bounds += ", stage=2"
        if kind == "unroll":
            bounds = self.pick(["2", "3", "2, 0, -1"])
        return v, f"for {v} in pl.{kind}({bounds}"

    def core_loop(self):
        def make(body):
            v, head = self.loop_head(["range", "range", "unroll", "pipeline"])
            if self.chance(0.1):
                head = f"for {v} in pl.split_aiv(2, mode=0"
            self.emit(head + "):")
            self.vars.append(v)

            def leaving():
                self.emit(f"if {v} == {self.pick([1, 2, 'n'])}:")
                self.emit(f"    {self.pick(['break', 'continue'])}")
                body()
            self.block(leaving if "pl.range" in head and self.chance(0.3) else body)
            self.vars.pop()
        self.carried(make)

    def core_if(self):
        def make(body):
            cond = self.pick(["n > 2", "n % 2 == 0", "n == 3 or n < 1", "not (n >= 2)", "s > 0.0"])
            self.emit(f"if {cond}:")
            self.block(body)
            if self.chance(0.5):
                self.emit("else:")
                self.block(body)
        self.carried(make)

    def core_statements(self, count):
        for _ in range(count):
            k = self.r.random()
            if k < 0.08 and self.indent < 5:
                self.core_loop()
            elif k < 0.16 and self.indent < 5:
                self.core_if()
            else:
                self.step()
            if self.tiles and self.chance(0.2) and self.indent < 3:
                self.store(self.tiles[-1])
        if self.tiles and self.indent < 6:
            self.store(self.tiles[-1])

    # --- statements in orchestration --------------------------------------------------------

    def scope(self, chunked=False):
        hint = self.pick(["", ', name_hint="part"'])
        extra = ", optimizations=[pl.auto_chunk]" if chunked else ""
        self.emit(f"with pl.at(level=pl.Level.CORE_GROUP{hint}{extra}):")

    def plain_scope(self):
        self.scope()
        seen = []

        def body():
            self.core_statements(self.r.randint(2, 9))
            seen.extend(self.tiles)
        self.block(body)
        self.tiles = seen if self.chance(0.7) else self.tiles

    def chain(self):
        """Operations on a tile, each on what the one before made: in strips, if the tile is large."""
        shape = (self.pick(self.sizes[2:]), self.pick(self.sizes[4:]))
        src = self.input_for(shape)
        self.scope()

        def body():
            t = self.load(src, shape)
            for _ in range(self.r.randint(2, 7)):
                u = self.pick([self.op_binary, self.op_binary, self.op_unary, self.op_divide,
                               self.op_cast, self.op_reduce, self.op_elementary])(t)
                t = u if u.shape == shape else t
            self.store(t)
        self.block(body)

    def outer_loop(self):
        v, head = self.loop_head(["range", "range", "unroll", "pipeline"])
        self.emit(head + "):")
        self.vars.append(v)
        self.block(self.statement)
        self.vars.pop()

    def row_loop(self):
        """A parallel loop over blocks of rows, each storing its own; or two, over blocks of columns, too."""
        src = self.new_input(shape=(self.pick([5, 16, 17, 33]), self.pick(self.sizes)))
        rows, cols = src.shape
        tile = self.pick([1, 2, 4, 8])
        y = self.new_output(src.dtype, src.shape)
        v = self.fresh("i")
        total = f"pl.tensor.dim({src.name}, 0)"
        kind = self.pick(["parallel", "parallel", "range", "spmd", "chunk", "chunk"])
        nested = self.chance(0.4)
        width = self.r.randint(1, cols) if nested else cols
        blocks = f"({total} + {tile - 1}) // {tile}"
        if kind == "spmd":
            self.emit(f"for {v} in pl.spmd({blocks}):")
        elif kind == "chunk":
            self.scope(True)
            self.indent += 1
            policy = self.pick(["", ', chunk_policy="leading_full"', ', chunk_policy="guarded"'])
            self.emit(f"for {v} in pl.parallel({blocks}, chunk={self.pick([1, 2, 3, 5])}{policy}):")
        else:
            self.emit(f"for {v} in pl.{kind}({blocks}):")

        def compute(c0="0"):
            self.tiles = []
            r0 = self.fresh("r")
            self.emit(f"{r0} = {v} * {tile}")
            name = self.fresh()
            if self.chance(0.3):
                self.emit(f"{name} = pl.slice({src.name}, [{tile}, {width}], [{r0}, {c0}], clamp=True)")
            else:
                valid = f"pl.min({width}, {cols} - {c0})" if nested else str(cols)
                self.emit(f"{name} = pl.slice({src.name}, [{tile}, {width}], [{r0}, {c0}], valid_shape=[pl.min({tile}, {total} - {r0}), {valid}])")
            t = Tile(name, src.dtype, (tile, width), False, src.mag, 0)
            self.tiles.append(t)
            for _ in range(self.r.randint(0, 4)):
                u = self.pick([self.op_binary, self.op_unary, self.op_divide])(t)
                if u.shape == t.shape and u.dtype == t.dtype:
                    t = u
            self.emit(f"{y.name} = pl.assemble({y.name}, {t.name}, [{r0}, {c0}])")

        def columns():
            w = self.fresh("j")
            chunk = f", chunk={self.pick([1, 2, 3])}" if kind == "chunk" else ""
            self.emit(f"for {w} in pl.parallel(0, {cols}, {width}{chunk}):")
            if kind in ("spmd", "chunk"):
                return self.block(lambda: compute(w))
            self.indent += 1
            self.scope()
            self.block(lambda: compute(w))
            self.indent -= 1

        def body():
            if nested:
                return columns()
            if kind in ("spmd", "chunk"):
                return compute()
            self.scope()
            self.block(compute)
        self.block(body)
        if kind == "chunk":
            self.indent -= 1

    def chunk_carry(self):
        """Accumulators through the chunks of a loop."""
        self.scope(True)

        def region():
            def make(body):
                policy = self.pick(["", ', chunk_policy="leading_full"'])
                v, head = self.loop_head(["range", "range", "parallel"])
                self.emit(f"{head}, chunk={self.pick([1, 2, 3, 4])}{policy}):")
                self.may_store = "parallel" not in head
                self.vars.append(v)
                self.block(body)
                self.vars.pop()
                self.may_store = True
            for _ in range(self.r.randint(1, 2)):
                self.store(self.carried(make))
        self.block(region)

    def staging(self):
        """A buffer written by one scope and read by the next, views of it, references carried."""
        rows, cols = self.pick(self.sizes), self.pick(self.sizes)
        src = self.new_input("FP32", (rows, cols), static=True)
        a, b, v = self.fresh("buf"), self.fresh("buf"), self.fresh("i")
        self.emit(f"{a} = pl.create_tensor([{rows}, {cols}], dtype=pl.FP32)")
        self.emit(f"for {v} in pl.range({self.pick(['n', '3', '4'])}):")
        self.indent += 1
        self.emit(f"{b} = pl.create_tensor([{rows}, {cols}], dtype=pl.FP32)")
        self.scope()

        def body():
            self.emit(f"{b}[:, :] = pl.sub({src.name}[:, :], pl.mul({a}[:, :], 0.5))")
        self.block(body)
        self.emit(f"{a} = {b}")
        self.indent -= 1
        y = self.new_output("FP32", (cols, rows))
        view = self.fresh("view")
        self.emit(f"{view} = pl.transpose({y.name}, 0, 1)")
        self.scope()
        r = self.r.randint(1, rows)
        self.block(lambda: self.emit(f"{view}[0:{r}, :] = {a}[{rows - r}:{rows}, :]"))

    def ladder_loop(self):
        if self.exact:
            return self.plain_scope()
        dt = self.pick(FLOATS)
        weights = self.pick(FLOATS + ["INT8"]) if self.chance(0.3) else dt
        cast = weights != dt  # then it is no ladder
        self.ladder |= not cast
        m, n, step, steps = self.pick(self.sizes), self.pick(self.sizes), self.pick([1, 3, 8, 16]), self.r.randint(1, 4)
        trans = self.chance(0.5)
        kk = step * steps
        a = self.new_input(dt, (m, kk), static=True)
        b = self.new_input(weights, (n, kk) if trans else (kk, n), static=True)
        flag = ", b_trans=True" if trans else ""
        acc, v, k0 = self.fresh("acc"), self.fresh("i"), self.fresh("k")
        lhs = f"{a.name}[:, {k0} : {k0} + {step}]"
        rhs = f"{b.name}[:, {k0} : {k0} + {step}]" if trans else f"{b.name}[{k0} : {k0} + {step}, :]"
        rhs = f"pl.cast({rhs}, target_type=pl.{dt})" if cast else rhs
        shared = self.fresh("w")
        self.scope()

        def body():
            nonlocal rhs
            form = self.pick(["first", "branch", "seed"])
            if form == "first":
                first = rhs.replace(f"{k0} : {k0} + {step}", f"0:{step}")
                self.emit(f"{acc} = pl.matmul({a.name}[:, 0:{step}], {first}, out_dtype=pl.FP32{flag})")
                self.emit(f"for {v} in pl.range(1, {steps}):")
            else:
                self.emit(f"{acc} = pl.full([{m}, {n}], dtype=pl.FP32, value={self.pick([0, 0, 2])})")
                self.emit(f"for {v} in pl.range({steps}):")
            self.indent += 1
            self.emit(f"{k0} = {v} * {step}")
            if cast and self.chance(0.5):
                self.emit(f"{shared} = {rhs}")
                rhs = shared
            more = f"{acc} = pl.matmul_acc({acc}, {lhs}, {rhs}{flag})"
            if form == "branch":
                self.emit(f"if {v} == 0:")
                self.emit(f"    {acc} = pl.matmul({lhs}, {rhs}, out_dtype=pl.FP32{flag})")
                self.emit("else:")
                self.emit("    " + more)
            else:
                self.emit(more)
            self.indent -= 1
            t = Tile(acc, "FP32", (m, n), True, (512.0 if cast else 16.0) * kk, 1)
            self.tiles = [t]
            if self.chance(0.5):
                t = self.op_binary(t)
            self.store(t)
        self.block(body)

    def helper_call(self):
        """An inline function of a tensor, a scalar and an output."""
        f = f"f{len(self.helpers)}"
        dt = self.pick(FLOATS)
        shape = (self.pick(self.sizes), self.pick(self.sizes))
        op = self.pick(["add", "sub", "maximum"])
        self.helpers.append([
            "@pl.jit." + self.pick(["inline", "incore"]),
            f"def {f}(a: pl.Tensor[[{shape[0]}, {shape[1]}], pl.{dt}], c: pl.Scalar[pl.FP32], o: pl.Tensor[[{shape[0]}, {shape[1]}], pl.{dt}]):"])
        lines = [f"    t = pl.{op}(a[:, :], c)", "    if c > 0.0:", "        t = pl.neg(t)",
                 "    o = pl.assemble(o, t, [0, 0])"]
        if "inline" in self.helpers[-1][0]:
            lines = ["    with pl.at(level=pl.Level.CORE_GROUP):"] + ["    " + t for t in lines]
        self.helpers[-1] += lines + ["    return o"]
        for _ in range(self.r.randint(1, 2)):
            x, y = self.new_input(dt, shape), self.new_output(dt, shape)
            self.emit(f"{y.name} = {f}({x.name}, {self.pick(['s', '0.25', 's * 2.0 - 1.0'])}, {y.name})")

    def scalars(self):
        z = self.new_output("INT32", (1, 4))
        a, b = self.fresh("m"), self.fresh("m")
        self.emit(f"{a} = {self.pick(['n * 3 - 7', '5 - n', 'n // 2 + n % 3', 'pl.max(n, 2) * pl.min(n, 3)'])}")
        self.emit(f"{b} = {self.r.randint(5, 40)}")
        self.emit(f"while {b} > {a}:")
        self.emit(f"    {b} = {b} - {self.r.randint(1, 6)}")
        if self.chance(0.5):
            self.emit(f"    if {b} % 5 == 0:")
            self.emit(f"        {self.pick(['break', 'continue'])}")
        self.emit(f"{z.name}[0, 0] = {a}")
        self.emit(f"{z.name}[0, pl.min(n, 3)] = {b} // 3 if {b} < {a} else {b} % 4")

    def branch(self):
        self.emit(f"if {self.pick(['n > 1', 'n % 2 == 1', 's < 0.0'])}:")
        self.block(self.statement)
        if self.chance(0.5):
            self.emit("else:")
            self.block(self.statement)

    def statement(self):
        kinds = [self.plain_scope] * 4 + [self.row_loop] * 4 + [self.chunk_carry] * 2 + [
            *[self.chain] * (8 if self.sizes is LARGE else 0),
            self.staging, self.ladder_loop, self.ladder_loop, self.helper_call, self.scalars] + self.forms()
        if self.indent == 1:
            kinds += [self.branch, self.outer_loop, self.outer_loop]
        self.pick(kinds)()

    # --- the whole file ---------------------------------------------------------------------

    def text(self):
        for _ in range(self.r.randint(1, 5)):
            self.statement()
        if not self.outputs:
            self.scalars()
        return "\n".join(self.head() + self.lines + self.specs()) + "\n"

    def head(self):
        kind = "exact" if self.exact else "ladder" if self.ladder else "rounded"
        out = [f'"""Random program {self.seed}."""', f"# compare: {kind}",
               "import pypto.language as pl", "import torch",
               "from golden import TensorSpec, ScalarSpec", ""]
        out += [f'{s} = pl.dynamic("{s}")' for s in self.syms]
        for h in self.helpers:
            out += ["", ""] + h
        out += ["", "", "@pl.jit", "def k("]
        for t in self.inputs:
            out.append(f"    {t.name}: pl.Tensor[[{dims((t.sym or t.shape[0],) + t.shape[1:])}], pl.{t.dtype}],")
        for t in self.buffers:
            out.append(f"    {t.name}: pl.InOut[pl.Tensor[[{dims(t.shape)}], pl.{t.dtype}]],")
        out += ["    n: pl.Scalar[pl.INT32],", "    s: pl.Scalar[pl.FP32],"]
        for t in self.outputs:
            out.append(f"    {t.name}: pl.Out[pl.Tensor[[{dims(t.shape)}], pl.{t.dtype}]],")
        return out + ["):"]

    def specs(self):
        out = ["", "", "def build_specs():", "    return ["]
        for t in self.inputs + self.buffers:
            init = t.init or "torch.randn"
            if t.dtype in INTS and not t.init:
                init = f"lambda: torch.randint({t.low}, {t.high}, ({dims(t.shape)},))"
            out.append(f'        TensorSpec("{t.name}", [{dims(t.shape)}], torch.{TORCH[t.dtype]}, init_value={init}{", is_output=True" if t in self.buffers else ""}),')
        out.append(f'        ScalarSpec("n", torch.int32, {self.n}),')
        out.append(f'        ScalarSpec("s", torch.float32, {self.pick([0.75, -0.5])}),')
        for t in self.outputs:
            out.append(f'        TensorSpec("{t.name}", [{dims(t.shape)}], torch.{TORCH[t.dtype]}, is_output=True),')
        return out + ["    ]"]


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: generate.py FOLDER SEED COUNT")
    for seed in range(int(sys.argv[2]), int(sys.argv[2]) + int(sys.argv[3])):
        with open(f"{sys.argv[1]}/{seed}.pl", "w") as f:
            f.write(Program(seed).text())
