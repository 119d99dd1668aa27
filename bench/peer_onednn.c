/* oneDNN: matmul of bf16 by bf16 to f32.  MODE plain: weights as they are;
 * blocked: in the layout that the library prefers, reordered beforehand. */
#include "peer.h"
#include <dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Own {
    dnnl_primitive_t primitive;
    dnnl_memory_t a, w, c;
} Own;

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void must(dnnl_status_t s, const char *what)
{
    if (s == dnnl_success) return;
    fprintf(stderr, "oneDNN: %s: status %d\n", what, (int)s);
    exit(1);
}

static dnnl_memory_t memory(const dnnl_memory_desc_t *d, void *data)
{
    dnnl_memory_t m;
    must(dnnl_memory_create(&m, d, engine, data), "memory");
    return m;
}

static dnnl_memory_desc_t matrix(int64_t rows, int64_t cols,
                                 dnnl_data_type_t type, dnnl_format_tag_t tag)
{
    dnnl_memory_desc_t d;
    const dnnl_dims_t dims = {rows, cols};
    must(dnnl_memory_desc_init_by_tag(&d, 2, dims, type, tag), "layout");
    return d;
}

static void run(dnnl_primitive_t p, dnnl_exec_arg_t *args, int n)
{
    must(dnnl_primitive_execute(p, stream, n, args), "execute");
    must(dnnl_stream_wait(stream), "wait");
}

static dnnl_memory_t reordered(const dnnl_memory_desc_t *from, void *data,
                               const dnnl_memory_desc_t *to)
{
    dnnl_primitive_desc_t d;
    dnnl_primitive_t p;
    dnnl_memory_t src = memory(from, data),
                  dst = memory(to, DNNL_MEMORY_ALLOCATE);
    must(dnnl_reorder_primitive_desc_create(&d, from, engine, to, engine, NULL),
         "reorder");
    must(dnnl_primitive_create(&p, d), "reorder");
    dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, src}, {DNNL_ARG_TO, dst}};
    run(p, args, 2);
    dnnl_memory_destroy(src);
    dnnl_primitive_destroy(p);
    return dst;
}

static void setup(Product *p, bool blocked)
{
    const size_t w_bytes = (size_t)(p->n * p->k) * 2;
    uint16_t *a = peer_memory((size_t)(p->m * p->k) * 2),
             *w = peer_memory(w_bytes);
    peer_fill_a(p, a);
    peer_fill_w(p, w);
    dnnl_memory_desc_t da = matrix(p->m, p->k, dnnl_bf16, dnnl_ab),
                       dc = matrix(p->m, p->n, dnnl_f32, dnnl_ab),
                       plain = matrix(p->k, p->n, dnnl_bf16,
                                      p->bt ? dnnl_ba : dnnl_ab),
                       dw = plain;
    if (blocked) dw = matrix(p->k, p->n, dnnl_bf16, dnnl_format_tag_any);
    dnnl_matmul_desc_t d;
    dnnl_primitive_desc_t pd;
    must(dnnl_matmul_desc_init(&d, &da, &dw, NULL, &dc), "matmul");
    must(dnnl_primitive_desc_create(&pd, &d, NULL, engine, NULL), "matmul");
    const dnnl_memory_desc_t *chosen =
        dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
    Own *own = calloc(1, sizeof *own);
    if (!own) exit(6);
    own->a = memory(&da, a);
    own->c = memory(&dc, p->c);
    own->w = blocked ? reordered(&plain, w, chosen) : memory(&plain, w);
    must(dnnl_primitive_create(&own->primitive, pd), "matmul");
    p->own = own;
}

const char *peer_setup(Job *j)
{
    static char name[64];
    const bool blocked = strcmp(j->mode, "blocked") == 0;
    must(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine");
    must(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags),
         "stream");
    for (int i = 0; i < j->products; i++) setup(&j->product[i], blocked);
    const dnnl_version_t *v = dnnl_version();
    snprintf(name, sizeof name, "oneDNN %d.%d.%d, %s", v->major, v->minor,
             v->patch, blocked ? "blocked weights" : "plain weights");
    return name;
}

void peer_run(Job *j)
{
    for (int i = 0; i < j->products; i++) {
        Own *o = j->product[i].own;
        dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, o->a},
                                  {DNNL_ARG_WEIGHTS, o->w},
                                  {DNNL_ARG_DST, o->c}};
        run(o->primitive, args, 3);
    }
}
