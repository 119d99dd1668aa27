/* Comprehensions and generator expressions.  One small machine serves all: a
 * stack of iterators, one a `for` clause, advanced until the conditions hold
 * and the element can be evaluated.  Generators keep the machine between
 * items. */
#include "host/interp.h"
#include <stdlib.h>

typedef struct Machine {
    const Node *n;
    Env *env;  /* holds the loop variables */
    Iter *it;  /* one a clause */
    int depth; /* clauses that are open */
} Machine;

typedef struct GenObj {
    Obj o;
    Machine m;
    bool busy;
} GenObj;

static const Node *clause(const Machine *m, int i)
{
    return m->n->comp.fors.p[i];
}

static bool machine_open(Interp *in, Machine *m, Env *env)
{
    const Value src = eval(in, env, clause(m, m->depth)->compfor.iter);
    if (v_is_error(src)) return false;
    in->at = clause(m, m->depth)->compfor.iter->span;
    const bool ok = iter_start(in, &m->it[m->depth], src);
    v_drop(in, src);
    m->depth += ok;
    return ok;
}

/* The first iterable is evaluated at once, in the enclosing scope. */
static bool machine_start(Interp *in, Machine *m, Env *env, const Node *n)
{
    m->n = n;
    m->it = host_alloc((size_t)n->comp.fors.n * sizeof *m->it);
    m->env = env_new(in, env == env->module->env ? NULL : env, env->module,
                     func_info(in, n));
    return machine_open(in, m, env);
}

static void machine_end(Interp *in, Machine *m)
{
    while (m->depth > 0) iter_end(in, &m->it[--m->depth]);
    free(m->it);
    m->it = NULL;
    env_drop(in, m->env);
    m->env = NULL;
}

/* 1: all conditions of the clause hold */
static int conditions(Interp *in, Machine *m, const Node *c)
{
    for (int i = 0; i < c->compfor.ifs.n; i++) {
        const Value v = eval(in, m->env, c->compfor.ifs.p[i]);
        if (v_is_error(v)) return -1;
        const int t = host_truth(in, v);
        v_drop(in, v);
        if (t <= 0) return t;
    }
    return 1;
}

/* 1: the variables are set for the next element, 0: end, -1: raised */
static int machine_advance(Interp *in, Machine *m)
{
    while (m->depth > 0) {
        const Node *c = clause(m, m->depth - 1);
        Value item;
        const int more = iter_next(in, &m->it[m->depth - 1], &item);
        if (more < 0) return -1;
        if (!more) {
            iter_end(in, &m->it[--m->depth]);
            continue;
        }
        const bool ok = assign(in, m->env, c->compfor.target, item);
        v_drop(in, item);
        if (!ok) return -1;
        const int hold = conditions(in, m, c);
        if (hold < 0) return -1;
        if (!hold) continue;
        if (m->depth == m->n->comp.fors.n) return 1;
        if (!machine_open(in, m, m->env)) return -1;
    }
    return 0;
}

static bool add_item(Interp *in, Machine *m, Value out)
{
    const Value key = eval(in, m->env, m->n->comp.elt);
    if (v_is_error(key)) return false;
    if (out.kind == V_LIST) return list_push_take(in, out, key);
    const Value v = eval(in, m->env, m->n->comp.value);
    const bool ok = !v_is_error(v) && dict_set(in, out, key, v);
    v_drop(in, key);
    v_drop(in, v);
    return ok;
}

static Value collect(Interp *in, Env *env, const Node *n)
{
    Machine m = {0};
    const Value out = n->kind == ND_DICTCOMP ? v_dict(in) : v_list(in, 0);
    int more = machine_start(in, &m, env, n) ? 1 : -1;
    while (more > 0) {
        more = machine_advance(in, &m);
        if (more > 0 && !add_item(in, &m, out)) more = -1;
    }
    machine_end(in, &m);
    if (more == 0) return out;
    v_drop(in, out);
    return v_error();
}

static Value gen_next(Interp *in, Value self)
{
    GenObj *g = (GenObj *)self.o;
    if (!g->m.env) return v_unset();
    if (g->busy)
        return host_raise(in, EXC_VALUE_ERROR, "generator already executing");
    g->busy = true;
    const int more = machine_advance(in, &g->m);
    const Value v = more > 0 ? eval(in, g->m.env, g->m.n->comp.elt)
        : more < 0           ? v_error()
                             : v_unset();
    g->busy = false;
    if (!v_is_set(v)) machine_end(in, &g->m);
    return v;
}

static void gen_drop(Interp *in, Obj *o)
{
    machine_end(in, &((GenObj *)o)->m);
}

static const NativeType generator_type = {.name = "generator",
                                          .next = gen_next,
                                          .drop = gen_drop};

Value eval_comp(Interp *in, Env *env, const Node *n)
{
    if (n->kind != ND_GENEXP) return collect(in, env, n);
    GenObj *g = obj_new(in, V_OBJ, &generator_type, sizeof *g);
    if (machine_start(in, &g->m, env, n)) return v_obj(&g->o);
    v_drop(in, v_obj(&g->o));
    return v_error();
}
