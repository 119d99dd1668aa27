/* The table of `qwc bench`: a row for each variant and peer, and
 * below a variant one for each of its scopes, as text, Markdown, CSV
 * or JSON (one object a line). */
#include "cli/bench.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Row {
    const char *name, *kind, *variant, *bound;
    double median_ms, spread_ms, best_ms, gb_s, gflop_s, roofline, ratio,
        ratio_spread;
    double packed_bytes, packing_ms; /* once, before the first round */
} Row;

/* ---- rows ---------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_value);
    return n % 2 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
}

/* between the quartiles, of sorted values */
static double spread(const double *v, int n)
{
    return v[3 * (n - 1) / 4] - v[(n - 1) / 4];
}

static Row row_of(Series *s, int rounds, double bytes, double ops)
{
    Row r = {.variant = ""};
    const double memory = bench_median(s->memory, rounds),
                 compute = bench_median(s->compute, rounds),
                 t = bench_median(s->time, rounds);
    r.bound = memory >= compute ? "memory" : "compute";
    r.median_ms = 1e3 * t;
    r.best_ms = 1e3 * s->time[0];
    r.spread_ms = 1e3 * spread(s->time, rounds);
    r.gb_s = t > 0 ? bytes / t / 1e9 : 0;
    r.gflop_s = t > 0 ? ops / t / 1e9 : 0;
    r.roofline = bench_median(s->share, rounds);
    r.ratio = bench_median(s->ratio, rounds);
    r.ratio_spread = spread(s->ratio, rounds);
    return r;
}

static double all_ops(const Variant *v)
{
    double ops = 0;
    for (int u = 0; u < QW_UNITS; u++) ops += v->ops[u];
    return ops;
}

/* the row of a variant and those of its scopes; a peer does the first's work */
static int rows_of(Variant *v, Variant *first, int rounds, Row *r)
{
    const Variant *work = v->peer ? first : v;
    r[0] = row_of(&v->series, rounds, work->bytes, all_ops(work));
    r[0].name = work->run.f->name->s;
    r[0].kind = v->peer ? "peer" : "kernel";
    r[0].variant = v->label;
    r[0].packed_bytes = (double)v->run.packed_bytes;
    r[0].packing_ms = 1e3 * v->run.packing_seconds;
    for (int i = 0; i < v->scopes; i++) {
        ScopeRow *k = &v->scope[i];
        r[i + 1] = row_of(&k->s, rounds, k->bytes, k->ops);
        r[i + 1].name = k->name;
        r[i + 1].kind = "scope";
        r[i + 1].variant = v->label;
    }
    return 1 + v->scopes;
}

/* ---- formats ------------------------------------------------------------- */

/* Only products count operations: a kernel without one has no figure. */
static const char *gflops(const Row *r, char text[32])
{
    snprintf(text, 32, r->gflop_s > 0 ? "%.2f" : "-", r->gflop_s);
    return text;
}

static void print_text(const Row *r, int n, bool compared)
{
    char text[32];
    printf("%-36s %11s %9s %9s %10s %9s %-8s%s\n", "kernel", "median ms",
           "spread", "GB/s", "GFLOP/s", "roofline", "bound",
           compared ? "     time" : "");
    for (int i = 0; i < n; i++) {
        const bool scope = strcmp(r[i].kind, "scope") == 0;
        printf("%s%-*s %11.4f %9.4f %9.2f %10s %8.1f%% %-8s", scope ? "  " : "",
               scope ? 34 : 36,
               !scope && *r[i].variant ? r[i].variant : r[i].name,
               r[i].median_ms, r[i].spread_ms, r[i].gb_s, gflops(&r[i], text),
               100 * r[i].roofline, r[i].bound);
        if (compared) printf("  %6.3fx +-%.3f", r[i].ratio, r[i].ratio_spread);
        putchar('\n');
    }
}

static void print_md(const Row *r, int n)
{
    char text[32];
    puts(
        "| name | variant | median ms | spread ms | GB/s | GFLOP/s | roofline | bound | time | spread |\n"
        "|---|---|---:|---:|---:|---:|---:|---|---:|---:|");
    for (int i = 0; i < n; i++)
        printf(
            "| %s | %s | %.4f | %.4f | %.2f | %s | %.3f | %s | %.3f | %.3f |\n",
            r[i].name, r[i].variant, r[i].median_ms, r[i].spread_ms, r[i].gb_s,
            gflops(&r[i], text), r[i].roofline, r[i].bound, r[i].ratio,
            r[i].ratio_spread);
}

static void put_quoted(const char *s, char escape)
{
    putchar('"');
    for (; *s; s++) {
        if (*s == '"' || (escape == '\\' && *s == '\\')) putchar(escape);
        putchar((unsigned char)*s < ' ' ? ' ' : *s);
    }
    putchar('"');
}

static void print_csv(const Row *r, int n)
{
    puts(
        "name,kind,variant,median_ms,spread_ms,best_ms,gb_s,gflop_s,roofline,bound,ratio,ratio_spread");
    for (int i = 0; i < n; i++) {
        printf("%s,%s,", r[i].name, r[i].kind);
        put_quoted(r[i].variant, '"');
        printf(",%.6f,%.6f,%.6f,%.4f,%.4f,%.4f,%s,%.4f,%.4f\n", r[i].median_ms,
               r[i].spread_ms, r[i].best_ms, r[i].gb_s, r[i].gflop_s,
               r[i].roofline, r[i].bound, r[i].ratio, r[i].ratio_spread);
    }
}

static void print_json(const Row *r, int n, int rounds, int threads)
{
    for (int i = 0; i < n; i++) {
        printf("{\"name\":\"%s\",\"kind\":\"%s\",\"variant\":", r[i].name,
               r[i].kind);
        put_quoted(r[i].variant, '\\');
        printf(
            ",\"threads\":%d,\"rounds\":%d,\"median_ms\":%.6f,\"spread_ms\":%.6f,\"best_ms\":%.6f,"
            "\"gb_s\":%.4f,\"gflop_s\":%.4f,\"roofline\":%.4f,\"bound\":\"%s\","
            "\"ratio\":%.4f,\"ratio_spread\":%.4f",
            threads, rounds, r[i].median_ms, r[i].spread_ms, r[i].best_ms,
            r[i].gb_s, r[i].gflop_s, r[i].roofline, r[i].bound, r[i].ratio,
            r[i].ratio_spread);
        if (r[i].packed_bytes > 0)
            printf(",\"packed_bytes\":%.0f,\"packing_ms\":%.6f",
                   r[i].packed_bytes, r[i].packing_ms);
        puts("}");
    }
}

static int threads_of(const Variant *v)
{
    return qw_threads((v->peer ? v->twin : v)->ctx);
}

/* what was done once and is in no figure */
static void print_packing(Variant *v)
{
    if (!v->run.packing.n) return;
    printf("packed%s%s: %s\n", *v->label ? ", " : "", v->label,
           text_str(&v->run.packing));
}

void bench_print(const Options *o, Variant *v, int n, int rounds)
{
    const BenchFormat format = o->json ? BENCH_JSON : o->format;
    int room = 0, rows = 0;
    for (int i = 0; i < n; i++) room += 1 + v[i].scopes;
    Row *r = NEW_ARRAY(v[0].s->arena, Row, room);
    if (format == BENCH_TEXT && !o->quiet)
        printf("%d threads, %s, %d rounds\n", qw_threads(v[0].ctx), v[0].isa,
               rounds);
    for (int i = 0; i < n && format == BENCH_TEXT && !o->quiet; i++)
        print_packing(&v[i]);
    for (int i = 0; i < n; i++) {
        const int more = rows_of(&v[i], &v[0], rounds, r + rows);
        if (format == BENCH_JSON)
            print_json(r + rows, more, rounds, threads_of(&v[i]));
        rows += more;
    }
    if (format == BENCH_TEXT) print_text(r, rows, n > 1);
    if (format == BENCH_MD) print_md(r, rows);
    if (format == BENCH_CSV) print_csv(r, rows);
}
