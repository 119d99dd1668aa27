/* Names that people bring along from Python, NumPy, PyTorch and Triton, and what a
 * kernel has instead: the help of "does not exist". */
#include "lower/lower_int.h"
#include <string.h>

/* `$` is the operand. */
typedef struct Habit {
    const char *name, *here;
} Habit;

static const Habit operations[] = {
    {"tanh",
     "pl.sub(1.0, pl.mul(pl.recip(pl.add(pl.exp(pl.mul($, 2.0)), 1.0)), 2.0))"},
    {"sigmoid", "pl.recip(pl.add(pl.exp(pl.neg($)), 1.0))"},
    {"silu", "pl.mul($, pl.recip(pl.add(pl.exp(pl.neg($)), 1.0)))"},
    {"swish", "pl.mul($, pl.recip(pl.add(pl.exp(pl.neg($)), 1.0)))"},
    {"gelu",
     "pl.mul($, pl.recip(pl.add(pl.exp(pl.mul(pl.add($, pl.mul(pl.mul(pl.mul($, $), $), 0.044715)), -1.5957691)), 1.0)))"},
    {"erf",
     "pl.sub(1.0, pl.mul(pl.recip(pl.add(pl.exp(pl.mul(pl.add($, pl.mul(pl.mul(pl.mul($, $), $), 0.08943089)), 2.2567583)), 1.0)), 2.0))`, within 4e-4 of `erf"},
    {"relu", "pl.maximum($, 0.0)"},
    {"square", "pl.mul($, $)"},
    {"pow", "pl.mul($, $)` for a square, `pl.exp(pl.mul(pl.log($), p))"},
    {"exp2", "pl.exp(pl.mul($, 0.6931472))"},
    {"log2", "pl.mul(pl.log($), 1.442695)"},
    {"reciprocal", "pl.recip($)"},
    {"softmax",
     "e = pl.exp(pl.row_expand_sub($, pl.row_max($)))`, then `pl.row_expand_div(e, pl.row_sum(e))"},
    {"where",
     "c = pl.cmp(a, b, cmp_type=\"gt\")`, then `pl.add(pl.mul(c, x), pl.mul(pl.sub(1.0, c), y))"},
    {"masked_fill",
     "c = pl.cmp(a, b, cmp_type=\"gt\")`, then `pl.add(pl.mul(pl.sub(1.0, c), $), pl.mul(c, value))"},
    {"sum", "pl.row_sum($)` along rows, `pl.col_sum($)"},
    {"mean", "pl.mul(pl.row_sum($), 1.0 / N)"},
    {"max", "pl.row_max($)` along rows, `pl.col_max($)"},
    {"min", "pl.row_min($)` along rows, `pl.col_min($)"},
    {"amax", "pl.row_max($)` along rows, `pl.col_max($)"},
    {"amin", "pl.row_min($)` along rows, `pl.col_min($)"},
    {"argmax", "pl.row_argmax($)"},
    {"argmin", "pl.row_argmin($)"},
    {"clamp", "pl.minimum(pl.maximum($, low), high)"},
    {"clip", "pl.minimum(pl.maximum($, low), high)"},
    {"zeros", "pl.full([M, N], dtype=pl.FP32, value=0.0)"},
    {"ones", "pl.full([M, N], dtype=pl.FP32, value=1.0)"},
    {"empty", "pl.create_tensor([M, N], dtype=pl.FP32)"},
    {"zeros_like", "pl.full([M, N], dtype=pl.FP32, value=0.0)"},
    {"ones_like", "pl.full([M, N], dtype=pl.FP32, value=1.0)"},
    {"dot", "pl.matmul($, b)"},
    {"mm", "pl.matmul($, b)"},
    {"bmm", "pl.matmul($, b)"},
    {"float", "pl.cast($, target_type=pl.FP32)"},
    {"half", "pl.cast($, target_type=pl.FP16)"},
    {"bfloat16", "pl.cast($, target_type=pl.BF16)"},
    {"int", "pl.cast($, target_type=pl.INT32)"},
    {"to", "pl.cast($, target_type=pl.FP32)"},
    {"astype", "pl.cast($, target_type=pl.FP32)"},
    {"view", "pl.reshape($, [M, N])"},
    {"T",
     "pl.transpose($, 0, 1)`, or `a_trans=True` or `b_trans=True` of `pl.matmul"},
    {"t", "pl.transpose($, 0, 1)"},
    {"permute", "pl.transpose($, 0, 1)"},
    {"cat", "pl.concat(a, b)"},
    {"copy", "pl.assemble(y, $, [0, 0])"},
    {"multiply", "pl.mul($, b)"},
    {"subtract", "pl.sub($, b)"},
    {"divide", "pl.div($, b)"},
    {"negative", "pl.neg($)"},
    {"numpy", "$"},
    {"item", "pl.read($, [0, 0])"},
    {"size", "pl.tensor.dim($, 0)"},
    {"unsqueeze", "pl.reshape($, [M, 1])"},
    {"expand_dims", "pl.reshape($, [M, 1])"},
    {"squeeze", "pl.reshape($, [M, N])"},
    {"flatten", "pl.reshape($, [1, M * N])"},
    {"ravel", "pl.reshape($, [1, M * N])"},
    {"trans", "pl.transpose($, 0, 1)"},
    {"swapaxes", "pl.transpose($, 0, 1)"},
    {"moveaxis", "pl.transpose($, 0, 1)"},
    {"broadcast_to", "pl.expand_clone($, target)"},
    {"expand", "pl.expand_clone($, target)"},
    {"repeat", "pl.expand_clone($, target)"},
    {"concatenate", "pl.concat(a, b)"},
    {"hstack", "pl.concat(a, b)"},
    {"pad", "pl.fillpad($)"},
    {"clone", "$"},
    {"contiguous", "$"},
    {"detach", "$"},
    {"floor", "pl.cast(pl.cast($, pl.INT32, mode=\"floor\"), pl.FP32)"},
    {"ceil", "pl.cast(pl.cast($, pl.INT32, mode=\"ceil\"), pl.FP32)"},
    {"trunc", "pl.cast(pl.cast($, pl.INT32, mode=\"trunc\"), pl.FP32)"},
    {"round", "pl.cast(pl.cast($, pl.INT32, mode=\"rint\"), pl.FP32)"},
    {"sign",
     "pl.sub(pl.cmp($, 0.0, cmp_type=\"gt\"), pl.cmp($, 0.0, cmp_type=\"lt\"))"},
    {"softplus",
     "pl.add(pl.maximum($, 0.0), pl.log(pl.add(pl.exp(pl.neg(pl.abs($))), 1.0)))"},
    {"log1p", "pl.log(pl.add($, 1.0))"},
    {"expm1", "pl.sub(pl.exp($), 1.0)"},
    {"log10", "pl.mul(pl.log($), 0.4342945)"},
    {"fma", "pl.add(pl.mul($, b), c)"},
    {"var",
     "d = pl.row_expand_sub($, mean)`, then `pl.mul(pl.row_sum(pl.mul(d, d)), 1.0 / N)"},
    {"std",
     "d = pl.row_expand_sub($, mean)`, then `pl.sqrt(pl.mul(pl.row_sum(pl.mul(d, d)), 1.0 / N))"},
    {"norm", "pl.sqrt(pl.row_sum(pl.mul($, $)))"},
    {"logsumexp",
     "m = pl.row_max($)`, then `pl.add(m, pl.log(pl.row_sum(pl.exp(pl.row_expand_sub($, m)))))"},
    {"cumsum",
     "u = pl.cast(pl.cmp(pl.sub(j, i), 0, cmp_type=\"ge\"), pl.FP32)` of row numbers i and column numbers j, then `pl.matmul($, u)"},
    {"any", "pl.row_max($)"},
    {"all", "pl.row_min($)"},
    {"isnan", "pl.cmp($, $, cmp_type=\"ne\")"},
    {"eq", "pl.cmp($, b, cmp_type=\"eq\")"},
    {"ne", "pl.cmp($, b, cmp_type=\"ne\")"},
    {"lt", "pl.cmp($, b, cmp_type=\"lt\")"},
    {"le", "pl.cmp($, b, cmp_type=\"le\")"},
    {"gt", "pl.cmp($, b, cmp_type=\"gt\")"},
    {"ge", "pl.cmp($, b, cmp_type=\"ge\")"},
    {"logical_and", "pl.mul($, b)"},
    {"logical_or", "pl.maximum($, b)"},
    {"logical_not", "pl.cmp($, 0, cmp_type=\"eq\")"},
    {"bitwise_and", "pl.and_($, b)"},
    {"bitwise_or", "pl.or_($, b)"},
    {"bitwise_xor", "pl.xor_($, b)"},
    {"bitwise_not", "pl.not_($)"},
    {"left_shift", "pl.shl($, n)"},
    {"right_shift", "pl.shr($, n)"},
    {"sort", "pl.sort32(v, at)`, then `pl.mrgsort"},
    {"topk", "pl.sort32(v, at)`, then `pl.mrgsort` and `pl.gather"},
    {"index_select", "pl.gather($, dim=-1, index=at)"},
    {"take", "pl.gather($, dim=-1, index=at)"},
    {"linear", "pl.matmul($, w, b_trans=True)"},
    {"outer", "pl.mul(u, v)` of shapes [M, 1] and `[1, N]"},
    {"rand",
     "TensorSpec(\"r\", [M, N], torch.float32, init_value=torch.rand)` and a parameter `r"},
    {"program_id",
     "pl.get_block_idx()` inside `pl.spmd`, or the loop variable of `pl.parallel"},
    {"num_programs", "n` of `pl.spmd(n)"},
    {"cdiv", "(a + b - 1) // b"},
    {"static_range", "pl.unroll(n)"},
    {"atomic_add", "pl.assemble($, v, [0, 0], atomic=pl.AtomicType.Add)"},
    {"syncthreads", "pl.system.syncall()"},
    {"debug_barrier", "pl.system.syncall()"},
    {"barrier", "pl.system.syncall()"},
    {"make_block_ptr",
     "pl.slice(x, [M, N], [i, j], valid_shape=[rows, columns])"},
};
static const Habit dtypes[] = {
    {"float32", "pl.FP32"},  {"float16", "pl.FP16"},  {"half", "pl.FP16"},
    {"bfloat16", "pl.BF16"}, {"int8", "pl.INT8"},     {"int16", "pl.INT16"},
    {"int32", "pl.INT32"},   {"int64", "pl.INT64"},   {"uint8", "pl.UINT8"},
    {"bool", "pl.BOOL"},     {"uint16", "pl.UINT16"}, {"uint32", "pl.UINT32"},
    {"f32", "pl.FP32"},      {"bf16", "pl.BF16"},     {"f16", "pl.FP16"},
};

static const char *find(const Habit *table, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(table[i].name, name)) return table[i].here;
    return NULL;
}

const char *habit_dtype(const char *name)
{
    return find(dtypes, LEN(dtypes), name);
}

bool habit_known(const char *name)
{
    return find(operations, LEN(operations), name) != NULL;
}

const char *habit_operation(Lower *L, const char *name, const Node *operand)
{
    const char *here = find(operations, LEN(operations), name),
               *s = operand ? lw_source(L, operand->span) : "t";
    Text t = {.a = L->a};
    if (!here)
        return op_find(name)
            ? arena_printf(L->a, operand ? "pl.%s(%s)" : "pl.%s", name, s)
            : NULL;
    if (strlen(s) > 30) s = "t";
    for (; *here; here++) {
        if (*here == '$')
            text_puts(&t, s);
        else
            text_putc(&t, *here);
    }
    return text_str(&t);
}

const Node *first_operand(const Node *call)
{
    const bool has = call->kind == ND_CALL && call->call.args.n &&
        call->call.args.p[0]->kind != ND_KEYWORD;
    return has ? call->call.args.p[0] : NULL;
}
