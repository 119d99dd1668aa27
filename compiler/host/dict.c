/* Dictionaries and sets: entries in order of insertion, an open-addressed index
 * of positions beside them.  A deleted entry has an unset key and goes away
 * when the table is rebuilt. */
#include "host/interp.h"
#include <stdlib.h>

enum { SMALL = 8 }; /* up to this many entries are searched without an index */

Value v_dict(Interp *in)
{
    DictObj *d = obj_new(in, V_DICT, NULL, sizeof *d);
    return v_obj(&d->o);
}

Value v_set(Interp *in)
{
    DictObj *d = obj_new(in, V_SET, NULL, sizeof *d);
    return v_obj(&d->o);
}

static void index_put(DictObj *d, int pos)
{
    uint32_t i = d->e[pos].hash & (uint32_t)(d->nindex - 1);
    while (d->index[i]) i = (i + 1) & (uint32_t)(d->nindex - 1);
    d->index[i] = pos + 1;
}

/* Drops deleted entries and makes an index for at least `want` entries. */
static void dict_rebuild(DictObj *d, int want)
{
    int n = 0;
    for (int i = 0; i < d->n; i++)
        if (v_is_set(d->e[i].key)) d->e[n++] = d->e[i];
    d->n = d->live = n;
    free(d->index);
    d->index = NULL;
    d->nindex = 0;
    if (want <= SMALL) return;
    int size = 16;
    while (size < want * 2) size *= 2;
    d->index = host_alloc((size_t)size * sizeof *d->index);
    d->nindex = size;
    for (int i = 0; i < n; i++) index_put(d, i);
}

static int same_key(Interp *in, const DictEntry *e, uint32_t hash, Value key)
{
    if (e->hash != hash || !v_is_set(e->key)) return 0;
    if (e->key.kind == V_STR && key.kind == V_STR)
        return str_equal(e->key, key);
    return host_equal(in, e->key, key);
}

/* position of key, -1: not there, -2: raised */
static int dict_find(Interp *in, const DictObj *d, Value key, uint32_t hash)
{
    if (!d->index) {
        for (int i = 0; i < d->n; i++) {
            const int r = same_key(in, &d->e[i], hash, key);
            if (r) return r < 0 ? -2 : i;
        }
        return -1;
    }
    uint32_t i = hash & (uint32_t)(d->nindex - 1);
    for (; d->index[i]; i = (i + 1) & (uint32_t)(d->nindex - 1)) {
        const int pos = d->index[i] - 1;
        const int r = same_key(in, &d->e[pos], hash, key);
        if (r) return r < 0 ? -2 : pos;
    }
    return -1;
}

static bool dict_grow(Interp *in, DictObj *d)
{
    const int cap = d->cap ? d->cap * 2 : 4;
    const int64_t more = (int64_t)(cap - d->cap) * (int64_t)sizeof *d->e;
    if (!heap_fits(in, more)) return false;
    in->heap_bytes += more;
    d->e = host_realloc(d->e, (size_t)cap, sizeof *d->e);
    d->cap = cap;
    return true;
}

static bool dict_append(Interp *in, DictObj *d, Value key, Value v,
                        uint32_t hash)
{
    if (!host_limit(in, LIM_HOST_CONTAINER, (int64_t)d->live + 1)) return false;
    if (d->n == d->cap) {
        if (d->live < d->n / 2)
            dict_rebuild(d, d->live + 1);
        else if (!dict_grow(in, d))
            return false;
    }
    d->e[d->n++] = (DictEntry){v_keep(key), v_keep(v), hash};
    d->live++;
    if (d->n > SMALL && d->n * 2 > d->nindex)
        dict_rebuild(d, d->n);
    else if (d->index)
        index_put(d, d->n - 1);
    return true;
}

bool dict_set(Interp *in, Value dict, Value key, Value v)
{
    uint32_t hash;
    if (!host_hash(in, key, &hash)) return false;
    const int pos = dict_find(in, dict.dict, key, hash);
    if (pos == -2) return false;
    if (pos < 0) return dict_append(in, dict.dict, key, v, hash);
    const Value old = dict.dict->e[pos].value;
    dict.dict->e[pos].value = v_keep(v);
    v_drop(in, old);
    return true;
}

int dict_get(Interp *in, Value dict, Value key, Value *out)
{
    uint32_t hash;
    if (!host_hash(in, key, &hash)) return -1;
    const int pos = dict_find(in, dict.dict, key, hash);
    if (pos < 0) return pos == -2 ? -1 : 0;
    *out = dict.dict->e[pos].value;
    return 1;
}

bool dict_get_str(Value dict, const char *key, Value *out)
{
    const DictObj *d = dict.dict;
    for (int i = 0; i < d->n; i++) {
        if (!v_str_is(d->e[i].key, key)) continue;
        *out = d->e[i].value;
        return true;
    }
    return false;
}

bool dict_set_str(Interp *in, Value dict, const char *key, Value v)
{
    const Value k = v_str(in, key);
    const bool ok = !v_is_error(k) && dict_set(in, dict, k, v);
    v_drop(in, k);
    return ok;
}

int dict_del(Interp *in, Value dict, Value key)
{
    uint32_t hash;
    if (!host_hash(in, key, &hash)) return -1;
    DictObj *d = dict.dict;
    const int pos = dict_find(in, d, key, hash);
    if (pos < 0) return pos == -2 ? -1 : 0;
    const DictEntry old = d->e[pos];
    d->e[pos].key = d->e[pos].value = v_unset();
    d->live--;
    v_drop(in, old.key);
    v_drop(in, old.value);
    return 1;
}

bool dict_next(Value dict, int *pos, Value *key, Value *v)
{
    const DictObj *d = dict.dict;
    while (*pos < d->n && !v_is_set(d->e[*pos].key)) ++*pos;
    if (*pos >= d->n) return false;
    *key = d->e[*pos].key;
    *v = d->e[*pos].value;
    ++*pos;
    return true;
}
