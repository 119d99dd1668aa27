/* The tile IR by itself: interning, folding builders, intervals, cloning,
 * replacement, dead code; printed text parses back to the same text. */
#include "ir/ir.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

typedef struct Fix {
    Session *s;
    IrFunc *f;
    IrRegion *r;
    IrValue *n;
} Fix;
static const Span NO = {0, 0};

/* a function with one dynamic dimension N */
static int setup(void **state)
{
    Session *s = session_new();
    Fix *x = NEW(s->arena, Fix);
    x->s = s;
    x->f = ir_func_new(s, str(s, "k"));
    x->r = x->f->body;
    x->n = ir_value(x->f, ir_index(x->f), NO);
    x->n->is_param = true;
    x->f->syms = NEW(s->arena, IrSym);
    x->f->syms[0] = (IrSym){str(s, "N"), x->n, 0, 0};
    x->f->nsyms = 1;
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    session_free(((Fix *)*state)->s);
    return 0;
}

static IrOp *loop(Fix *x, int64_t start, IrValue *stop, int64_t step)
{
    IrValue *args[3] = {ir_idx(x->f, start), stop, ir_idx(x->f, step)};
    IrOp *op = ir_op(x->f, IR_FOR, NO, 3, args);
    op->region[0] = ir_region(x->f, op);
    ir_region_arg(x->f, op->region[0], ir_index(x->f), NO);
    ir_append(x->r, op);
    x->r = op->region[0];
    return op;
}

static IrValue *add(Fix *x, IrValue *a, int64_t c)
{
    return ir_sadd(x->f, x->r, a, ir_idx(x->f, c), NO);
}
static IrValue *mul(Fix *x, IrValue *a, int64_t c)
{
    return ir_smul(x->f, x->r, a, ir_idx(x->f, c), NO);
}

static void interning(void **state)
{
    Fix *x = *state;
    const int64_t shape[2] = {16, 128};
    assert_ptr_equal(ir_tile(x->f, QW_BF16, 2, shape),
                     ir_tile(x->f, QW_BF16, 2, shape));
    assert_ptr_not_equal(ir_tile(x->f, QW_BF16, 2, shape),
                         ir_tensor(x->f, QW_BF16, 2, shape));
    assert_ptr_not_equal(ir_index(x->f), ir_scalar(x->f, QW_I64));
    assert_ptr_equal(ir_idx(x->f, 7), ir_idx(x->f, 7));
    const Type *f32 = ir_scalar(x->f, QW_F32);
    assert_ptr_not_equal(ir_const_float(x->f, f32, 0.0),
                         ir_const_float(x->f, f32, -0.0));
    for (int i = 0; i < 1000; i++) assert_int_equal(ir_idx(x->f, i)->c.i, i);
    assert_ptr_equal(ir_idx(x->f, 999), ir_idx(x->f, 999));
}

static void symbolic_arithmetic(void **state)
{
    Fix *x = *state;
    IrValue *k0 = mul(x, x->n, 128);
    assert_ptr_equal(ir_ssub(x->f, x->r, add(x, k0, 128), k0, NO),
                     ir_idx(x->f, 128));
    assert_ptr_equal(ir_ssub(x->f, x->r, add(x, k0, 3), ir_idx(x->f, 3), NO),
                     k0);
    IrValue *seven = add(x, add(x, k0, 3), 4);
    assert_ptr_equal(seven->def->args[0], k0);
    assert_int_equal(seven->def->args[1]->c.i, 7);
    assert_ptr_equal(ir_scalar_op(x->f, x->r, IR_SFLOORDIV, k0,
                                  ir_idx(x->f, 128), NO),
                     x->n);
    assert_ptr_equal(ir_scalar_op(x->f, x->r, IR_SMOD, add(x, k0, 5),
                                  ir_idx(x->f, 64), NO),
                     ir_idx(x->f, 5));
    assert_ptr_equal(ir_smax(x->f, x->r, x->n, ir_idx(x->f, 0), NO), x->n);
    assert_ptr_equal(ir_scalar_op(x->f, x->r, IR_SFLOORDIV, ir_idx(x->f, -7),
                                  ir_idx(x->f, 2), NO),
                     ir_idx(x->f, -4));
    IrValue *big = ir_smul(x->f, x->r, ir_idx(x->f, INT64_MAX), ir_idx(x->f, 2),
                           NO);
    assert_false(big->is_const); /* must trap at run time */
    assert_false(big->def->at.nowrap);
}

static void intervals(void **state)
{
    Fix *x = *state;
    IrRange r = ir_range(x->f, x->n);
    assert_int_equal(r.lo, 0);
    IrValue *rows = ir_smin(x->f, x->r, ir_idx(x->f, 16), x->n, NO);
    assert_true(ir_less_equal(x->f, rows, ir_idx(x->f, 16)));
    assert_true(ir_less_equal(x->f, rows, x->n));
    assert_false(ir_less_equal(x->f, x->n, rows));
    IrValue *b = loop(x, 0, ir_idx(x->f, 594), 1)->region[0]->args[0];
    IrValue *end = add(x, mul(x, b, 256), 256);
    assert_true(ir_less_equal(x->f, end, ir_idx(x->f, 152064)));
    assert_false(ir_less_equal(x->f, end, ir_idx(x->f, 152063)));
    assert_true(end->def->at.nowrap);
    IrValue *i0 = loop(x, 0, ir_idx(x->f, 5120), 128)->region[0]->args[0];
    assert_true(ir_less_equal(x->f, add(x, i0, 128), ir_idx(x->f, 5120)));
    IrValue *j = loop(x, 0, x->n, 1)->region[0]->args[0];
    assert_true(ir_less_equal(x->f, add(x, j, 1), x->n));
    assert_false(ir_less_equal(x->f, add(x, j, 2), x->n));
    IrValue *n16 = mul(x, x->n, 16);
    IrValue *d = loop(x, 0, n16, 16)->region[0]->args[0];
    assert_true(ir_less_equal(x->f, add(x, d, 16), n16));
    IrValue *back = loop(x, 15, ir_idx(x->f, -1), -1)->region[0]->args[0];
    r = ir_range(x->f, back);
    assert_int_equal(r.lo, 0);
    assert_int_equal(r.hi, 15);
}

static void clone_maps(void **state)
{
    Fix *x = *state;
    IrOp *op = loop(x, 0, x->n, 1);
    add(x, op->region[0]->args[0], 1);
    IrMap *m = ir_map_new(x->f);
    ir_map_set(m, x->n, ir_idx(x->f, 9));
    IrOp *copy = ir_clone(x->f, op, m);
    assert_ptr_equal(copy->args[1], ir_idx(x->f, 9));
    assert_ptr_equal(copy->region[0]->first->args[0], copy->region[0]->args[0]);
    assert_ptr_not_equal(copy->region[0]->args[0], op->region[0]->args[0]);
}

static void replace_and_drop(void **state)
{
    Fix *x = *state;
    IrValue *a = add(x, x->n, 1), *b = mul(x, a, 2);
    assert_true(a->def->at.nowrap && b->def->at.nowrap);
    a->fwd = x->n;
    ir_resolve(x->f);
    assert_ptr_equal(b->def->args[0], x->n);
    assert_int_equal(ir_dce(x->f), 2);
    assert_null(x->f->body->first);
}

/* ---- text form ---------------------------------------------------------------- */

static const char sample[] =
    "func k(%x: &bf16[N, 64], %w: &bf16[64, 256] stride(1, 64), %y: out written &f32[N, 64], %s: f32) {\n"
    "    %r: index = smin %N, 16 nowrap\n"
    "    %t: &f32[?, 64] valid(%r, _) dim(%r, 64) = alloc [%r, 64] safe\n"
    "    for parallel %i = 0, 4, 1 verdict(independent) {\n"
    "        %c: bool = scmp %i, 2 pred(lt)\n"
    "        %o: f32[16, 64] valid(%r, _) = scope name(\"a\\\"b\\x0a\") task {\n"
    "            %a: bf16[16, 64] valid(%r, _) = load %x [0, 0] [%r, 64] shape(16, 64)\n"
    "            %f: f32[16, 64] valid(%r, _) = cast %a mode(rint)\n"
    "            %g: f32[16, 64] valid(%r, _) = mul %f, %s\n"
    "            %g.1: f32[16, 64] valid(%r, _) = for range %j = 7, -1, -2 carry(%g.2: f32[16, 64] valid(%r, _) = %g) {\n"
    "                if %c {\n"
    "                    break %g.2\n"
    "                }\n"
    "                %h: f32[16, 64] valid(%r, _) = add %g.2, -0.0\n"
    "                yield %h\n"
    "            }\n"
    "            yield %g.1\n"
    "        }\n"
    "        %n: index = while carry(%m: index = 0) {\n"
    "            cond %c, %m\n"
    "        } do carry(%l: index) {\n"
    "            %p: index = sadd %l, 9223372036854775807\n"
    "            yield %p\n"
    "        }\n"
    "        scope {\n"
    "            %q: bf16[1, 64] = full 0.5:bf16\n"
    "            %u: i8[1, 64] = full -3:i8\n"
    "            store %t, %o [0, 0] atomic\n"
    "        }\n"
    "    }\n"
    "}\n";

static IrFunc *parse(Session *s, const char *text, size_t n)
{
    Source *src = source_from_text(s, "t.ir", text, n);
    return src ? ir_parse(s, src) : NULL;
}

static const char *print(const IrFunc *f)
{
    Text t = {.a = f->arena};
    ir_print(f, &t);
    return text_str(&t);
}

static void text_is_stable(void **state)
{
    Session *s = ((Fix *)*state)->s;
    IrFunc *f = parse(s, sample, strlen(sample));
    assert_non_null(f);
    const char *once = print(f);
    f = parse(s, once, strlen(once));
    assert_non_null(f);
    assert_string_equal(print(f), once);
    assert_non_null(strstr(once, "add %g.2, -0.0"));
    assert_non_null(strstr(once, "name(\"a\\\"b\\x0a\")"));
}

static uint64_t seed;
static unsigned draw(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static size_t mutate(char *b, size_t n)
{
    static const char *const bits[] =
        {"%x",   "%r",       "0",          "-1",    "99999999999999999999",
         "[",    "]",        "{",          "}",     "(",
         "f32",  "&",        "?",          "yield", "store",
         "safe", "valid(_)", "for range ", "1e999", "\"",
         "\n"};
    const size_t p = draw((unsigned)n), far = p + draw(9),
                 q = far < n ? far : n;
    const char *w = bits[draw(LEN(bits))];
    switch (draw(4)) {
    case 0: b[p] = (char)draw(256); return n;
    case 1: memmove(b + p, b + q, n - q); return n - (q - p);
    case 2:
        memmove(b + p + strlen(w), b + p, n - p);
        memcpy(b + p, w, strlen(w));
        return n + strlen(w);
    default: b[p] = b[draw((unsigned)n)]; return n;
    }
}

/* a mutant parses and prints stably, or gets one message; nothing else */
static void mutants(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        char b[4 * sizeof sample];
        size_t n = strlen(sample);
        memcpy(b, sample, n);
        seed = (uint64_t)i;
        for (unsigned k = draw(4) + 1; k; k--) n = mutate(b, n);
        Session *s = session_new();
        IrFunc *f = memchr(b, 0, n) ? NULL : parse(s, b, n);
        if (f) {
            const char *once = print(f);
            f = parse(s, once, strlen(once));
            assert_non_null(f);
            assert_string_equal(print(f), once);
        } else if (!memchr(b, 0, n))
            assert_int_equal(s->nerrors, 1);
        session_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(interning, setup, teardown),
        cmocka_unit_test_setup_teardown(symbolic_arithmetic, setup, teardown),
        cmocka_unit_test_setup_teardown(intervals, setup, teardown),
        cmocka_unit_test_setup_teardown(clone_maps, setup, teardown),
        cmocka_unit_test_setup_teardown(replace_and_drop, setup, teardown),
        cmocka_unit_test_setup_teardown(text_is_stable, setup, teardown),
        cmocka_unit_test(mutants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
