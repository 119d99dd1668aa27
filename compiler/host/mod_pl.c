/* The language module `pl` as host code sees it (3.4): dtypes, enumerations,
 * type expressions, decorators and dynamic symbols are values; operations and
 * loops may be named but not called (E0805). */
#include "host/interp.h"
#include <ctype.h>

/* ---- enumerations ------------------------------------------------------- */

static const EnumMember members[] = {
    {"Level", "AIV", 0},
    {"Level", "AIC", 1},
    {"Level", "CORE_GROUP", 2},
    {"Level", "CHIP_DIE", 3},
    {"Level", "CHIP", 4},
    {"Level", "HOST", 5},
    {"Level", "CLUSTER_0", 6},
    {"Level", "CLUSTER_1", 7},
    {"Level", "CLUSTER_2", 8},
    {"Level", "GLOBAL", 9},
    {"Role", "Orchestrator", 0},
    {"Role", "Worker", 1},
    {"Role", "SubWorker", 2},
    {"FunctionType", "Opaque", 0},
    {"FunctionType", "Orchestration", 1},
    {"FunctionType", "InCore", 2},
    {"FunctionType", "AIC", 3},
    {"FunctionType", "AIV", 4},
    {"FunctionType", "Group", 5},
    {"FunctionType", "Inline", 6},
    {"FunctionType", "Spmd", 7},
    {"SplitMode", "NONE", 0},
    {"SplitMode", "UP_DOWN", 1},
    {"SplitMode", "LEFT_RIGHT", 2},
    {"PadValue", "null", 0},
    {"PadValue", "zero", 1},
    {"PadValue", "max", 2},
    {"PadValue", "min", 3},
    {"AtomicType", "None_", 0},
    {"AtomicType", "Add", 1},
    {"MaskPattern", "P0101", 1},
    {"MaskPattern", "P1010", 2},
    {"MaskPattern", "P0001", 3},
    {"MaskPattern", "P0010", 4},
    {"MaskPattern", "P0100", 5},
    {"MaskPattern", "P1000", 6},
    {"MaskPattern", "P1111", 7},
    {"MemorySpace", "DDR", 0},
    {"MemorySpace", "Vec", 1},
    {"MemorySpace", "Mat", 2},
    {"MemorySpace", "Left", 3},
    {"MemorySpace", "Right", 4},
    {"MemorySpace", "Acc", 5},
    {"MemorySpace", "Bias", 6},
    {"TensorLayout", "ND", 0},
    {"TensorLayout", "DN", 1},
    {"TensorLayout", "NZ", 2},
    {"CoreType", "MIX", 0},
    {"CoreType", "AIC", 1},
    {"CoreType", "AIV", 2},
};

typedef struct GroupObj {
    Obj o;
    const char *group;
} GroupObj;

static Value group_getattr(Interp *in, Value self, Str name)
{
    const char *group = ((GroupObj *)self.o)->group;
    (void)in;
    for (size_t i = 0; i < LEN(members); i++) {
        if (strcmp(members[i].group, group) || !is_name(name, members[i].name))
            continue;
        Value v = v_of(V_ENUM);
        v.en = &members[i];
        return v;
    }
    const char *known[LEN(members)];
    Text all = {.a = in->se->arena};
    int n = 0;
    for (size_t i = 0; i < LEN(members); i++)
        if (!strcmp(members[i].group, group)) {
            text_printf(&all, "%s`%s`", n ? ", " : "", members[i].name);
            known[n++] = members[i].name;
        }
    host_raise_code(in, EXC_ATTRIBUTE_ERROR, E0804,
                    "`pl.%s` has no member `%s`", group, name->s);
    const char *near = str_nearest(name->s, known, n);
    for (int i = 0; !near && name->s[0] && i < n; i++)
        if (!strncmp(known[i], name->s, strlen(name->s))) near = known[i];
    if (near)
        host_help(in, "did you mean `%s`?", near);
    else if (n <= 8)
        host_help(in, "its members are %s", text_str(&all));
    return v_error();
}

static bool group_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "pl.%s", ((GroupObj *)self.o)->group);
    return true;
}

static const NativeType group_type = {.name = "enumeration",
                                      .getattr = group_getattr,
                                      .repr = group_repr};

static Value find_group(Interp *in, const char *name)
{
    if (!strcmp(name, "Mem")) name = "MemorySpace";
    for (size_t i = 0; i < LEN(members); i++) {
        if (strcmp(members[i].group, name)) continue;
        GroupObj *g = obj_new(in, V_OBJ, &group_type, sizeof *g);
        g->group = members[i].group;
        return v_obj(&g->o);
    }
    return v_unset();
}

/* ---- dtypes ------------------------------------------------------------- */

static Value find_dtype(Interp *in, Str name)
{
    (void)in;
    for (int d = 0; d < QW_DTYPE_COUNT; d++)
        if (qw_dtype_info[d].pl && is_name(name, qw_dtype_info[d].pl))
            return v_dtype((QwDtype)d, DT_PL);
    if (is_name(name, "INDEX")) return v_dtype(QW_I64, DT_PL_INDEX);
    if (is_name(name, "TASK_ID")) return v_dtype(QW_I64, DT_PL_TASK_ID);
    return v_unset();
}

/* ---- types that annotations name ---------------------------------------- */

typedef struct PlType {
    Obj o;
    Str name;
} PlType;

static Value pl_type_getitem(Interp *in, Value self, Value index)
{
    (void)in, (void)index;
    return v_keep(self);
}

static bool pl_type_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "pl.%s", ((PlType *)self.o)->name->s);
    return true;
}

static Value pl_type_call(Interp *in, CallArgs *a)
{
    return host_fatal(in, E0805, "`pl.%s` is called from host code",
                      ((PlType *)a->self.o)->name->s);
}

const NativeType pl_type_type = {
    .name = "type",
    .getitem = pl_type_getitem,
    .repr = pl_type_repr,
    .call = pl_type_call,
};

static const char *const type_names[] = {"Tensor", "Out", "InOut", "Scalar",
                                         "Tile",   "Ptr", "Tuple"};

/* ---- dynamic symbols ---------------------------------------------------- */

static Value dynsym_binary(Interp *in, Operator op, Value a, Value b)
{
    if (op == OPR_EQ || op == OPR_NE) return v_notimpl();
    const DynSym *s = v_dynsym(a) ? v_dynsym(a) : v_dynsym(b);
    Diag *d = host_fatal_diag(in, E0312,
                              "arithmetic on the dynamic dimension `%s`",
                              s->name->s);
    diag_help(in->se, d,
              "its extent is known in a kernel only: `pl.tensor.dim(x, axis)`");
    return fatal_reported(in);
}

static Value dynsym_unary(Interp *in, Operator op, Value a)
{
    return dynsym_binary(in, op, a, a);
}

static bool dynsym_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "pl.dynamic('%s')", ((DynSym *)self.o)->name->s);
    return true;
}

static bool dynsym_hash(Interp *in, Value self, uint32_t *out)
{
    (void)in;
    *out = ((DynSym *)self.o)->name->hash;
    return true;
}

const NativeType dynsym_type = {
    .name = "dynamic",
    .binary = dynsym_binary,
    .unary = dynsym_unary,
    .repr = dynsym_repr,
    .hash = dynsym_hash,
};

static bool is_identifier(const char *s)
{
    if (!isalpha((unsigned char)*s) && *s != '_') return false;
    while (isalnum((unsigned char)*s) || *s == '_') s++;
    return !*s;
}

static Value pl_dynamic(Interp *in, CallArgs *a)
{
    Value v;
    const char *name;
    if (!args_bind(in, a, "name, /", &v) || !arg_str(in, v, "name", &name))
        return v_error();
    if (!is_identifier(name))
        return host_raise(in, EXC_VALUE_ERROR, "`%s` is not a name", name);
    const Str s = str(in->se, name);
    for (int i = 0; i < in->dynsyms.n; i++)
        if (in->dynsyms.p[i]->name == s)
            return v_keep(v_obj(&in->dynsyms.p[i]->o));
    DynSym *d = obj_new(in, V_OBJ, &dynsym_type, sizeof *d);
    d->name = s;
    vec_push(in->se->arena, &in->dynsyms, d);
    return v_keep(v_obj(&d->o));
}

/* ---- operations: named, never called ------------------------------------ */

typedef struct PlOp {
    Obj o;
    Str name;
} PlOp;

static Value op_call(Interp *in, CallArgs *a)
{
    const Str name = ((PlOp *)a->self.o)->name;
    Diag *d = host_fatal_diag(in, E0805, "`pl.%s` is called from host code",
                              name->s);
    diag_help(
        in->se, d,
        "operations and loops of `pl` belong into a kernel: a function decorated with `@pl.jit`");
    return fatal_reported(in);
}

static bool op_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "pl.%s", ((PlOp *)self.o)->name->s);
    return true;
}

static const NativeType op_type = {.name = "pl operation",
                                   .call = op_call,
                                   .repr = op_repr};

/* loops, scopes and other forms that are not in the table of operations */
static const char *const forms[] = {
    "range",
    "parallel",
    "unroll",
    "pipeline",
    "spmd",
    "while_",
    "cond",
    "yield_",
    "at",
    "incore",
    "auto_incore",
    "scope",
    "manual_scope",
    "cluster",
    "split_aiv",
    "auto_chunk",
    "split",
    "chunked_loop_optimizer",
    "submit",
    "no_dep",
    "static_assert",
    "static_print",
    "cross_core_slot",
    "dump_tag",
};

static bool is_form(const char *name)
{
    for (size_t i = 0; i < LEN(forms); i++)
        if (!strcmp(forms[i], name)) return true;
    return false;
}

static bool is_op(Interp *in, const char *name)
{
    if (in->opt.hooks && in->opt.hooks->is_op)
        return in->opt.hooks->is_op(in->opt.hooks->user, name);
    return islower((unsigned char)*name);
}

static Value op_value(Interp *in, Str name)
{
    PlOp *o = obj_new(in, V_OBJ, &op_type, sizeof *o);
    o->name = name;
    return v_obj(&o->o);
}

/* ---- the modules -------------------------------------------------------- */

static Value find_decorator(Interp *in, Str name)
{
    if (is_name(name, "jit")) return decorator_new(in, DECO_JIT);
    if (is_name(name, "program")) return decorator_new(in, DECO_PROGRAM);
    return is_name(name, "function") ? decorator_new(in, DECO_FUNCTION)
                                     : v_unset();
}

static Value find_type(Interp *in, Str name)
{
    for (size_t i = 0; i < LEN(type_names); i++) {
        if (!is_name(name, type_names[i])) continue;
        PlType *t = obj_new(in, V_OBJ, &pl_type_type, sizeof *t);
        t->name = name;
        return v_obj(&t->o);
    }
    return v_unset();
}

const PlRefused *pl_refused(const char *path)
{
    static const char formats[] =
        "FP4, FP8, HF, MX and INT4 formats are not supported";
    static const char ranks[] = "distributed programs are not supported";
    static const PlRefused refused[] = {
        {"FP4", E1201, formats, NULL},
        {"FP8", E1201, formats, NULL},
        {"HF4", E1201, formats, NULL},
        {"HF8", E1201, formats, NULL},
        {"MX", E1201, formats, NULL},
        {"INT4", E1201, formats, NULL},
        {"UINT4", E1201, formats, NULL},
        {"distributed", E1202, ranks, "run one rank's kernel"},
        {"pld", E1202, ranks, "run one rank's kernel"},
    };
    for (size_t i = 0; i < LEN(refused); i++)
        if (!strncmp(path, refused[i].begin, strlen(refused[i].begin)))
            return &refused[i];
    return NULL;
}

static Value pl_getattr(Interp *in, Str name)
{
    Value (*const find[])(Interp *, Str) = {find_dtype, find_decorator,
                                            find_type};
    for (size_t i = 0; i < LEN(find); i++) {
        const Value v = find[i](in, name);
        if (v.kind != V_UNSET) return v;
    }
    const PlRefused *no = pl_refused(name->s);
    if (no) {
        Diag *d = host_fatal_diag(in, no->code, "`pl.%s`: %s", name->s,
                                  no->why);
        if (no->help) diag_help(in->se, d, "%s", no->help);
        return fatal_reported(in);
    }
    const Value group = find_group(in, name->s);
    if (v_is_set(group)) return group;
    return is_form(name->s) || is_op(in, name->s) ? op_value(in, name)
                                                  : v_unset();
}

static const char *const *pl_spellings(Interp *in, int *n)
{
    static const char *const others[] = {"jit",     "program", "function",
                                         "dynamic", "INDEX",   "TASK_ID",
                                         "Mem"};
    VEC(const char *) v = {0};
    Arena *a = in->se->arena;
    for (int d = 0; d < QW_DTYPE_COUNT; d++)
        if (qw_dtype_info[d].pl) vec_push(a, &v, qw_dtype_info[d].pl);
    for (size_t i = 0; i < LEN(others); i++) vec_push(a, &v, others[i]);
    for (size_t i = 0; i < LEN(type_names); i++) vec_push(a, &v, type_names[i]);
    for (size_t i = 0; i < LEN(members); i++)
        if (i == 0 || strcmp(members[i].group, members[i - 1].group))
            vec_push(a, &v, members[i].group);
    for (size_t i = 0; i < LEN(forms); i++) vec_push(a, &v, forms[i]);
    int more = 0;
    const HostHooks *h = in->opt.hooks;
    const char *const *ops = h && h->op_names ? h->op_names(h->user, &more)
                                              : NULL;
    for (int i = 0; i < more; i++) vec_push(a, &v, ops[i]);
    *n = v.n;
    return v.p;
}

static const NativeDef pl_names[] = {{"dynamic", pl_dynamic, 0, NULL}};
static const char *const pl_subs[] = {"tensor", "tile",     "system",
                                      "array",  "prefetch", NULL};

/* The submodules are found as "pl.tile" ...: see module.c. */
const ModuleDef pl_module = {
    .name = "pl",
    .names = pl_names,
    .n = LEN(pl_names),
    .getattr = pl_getattr,
    .subs = pl_subs,
    .spellings = pl_spellings,
};

static Value sub_op(Interp *in, const char *sub, Str name)
{
    const Str full = str_printf(in->se, "%s.%s", sub, name->s);
    return is_op(in, full->s) ? op_value(in, full) : v_unset();
}

static Value tile_getattr(Interp *in, Str name)
{
    return is_name(name, "MaskPattern") ? find_group(in, "MaskPattern")
                                        : sub_op(in, "tile", name);
}

static Value tensor_getattr(Interp *in, Str name)
{
    return sub_op(in, "tensor", name);
}

/* syncall is an operation, task_dummy a scheduling form */
static Value system_getattr(Interp *in, Str name)
{
    if (is_name(name, "task_dummy") || is_name(name, "syncall"))
        return op_value(in, str_printf(in->se, "system.%s", name->s));
    return sub_op(in, "system", name);
}

static Value array_getattr(Interp *in, Str name)
{
    return is_name(name, "create") ? op_value(in, str(in->se, "array.create"))
                                   : v_unset();
}

static Value prefetch_getattr(Interp *in, Str name)
{
    return op_value(in, str_printf(in->se, "prefetch.%s", name->s));
}

const ModuleDef pl_tile_module = {.name = "pl.tile", .getattr = tile_getattr};
const ModuleDef pl_tensor_module = {.name = "pl.tensor",
                                    .getattr = tensor_getattr};
const ModuleDef pl_system_module = {.name = "pl.system",
                                    .getattr = system_getattr};
const ModuleDef pl_array_module = {.name = "pl.array",
                                   .getattr = array_getattr};
const ModuleDef pl_prefetch_module = {.name = "pl.prefetch",
                                      .getattr = prefetch_getattr};
