/* The table of `qwc bench`: one row a variant, as text, Markdown, CSV or JSON
 * (one object a line). */
#include "cli/bench.h"
#include <stdlib.h>
#include <string.h>

typedef struct Row {
    const char *name, *variant, *bound;
    double median_ms, spread_ms, best_ms, gb_s, gflop_s, roofline, ratio;
} Row;

BenchFormat bench_format(const Options *o)
{
    static const char *const names[] = {"text", "md", "csv", "json"};
    if (!o->format) return o->json ? BENCH_JSON : BENCH_TEXT;
    for (int i = 0; i < 4; i++)
        if (strcmp(o->format, names[i]) == 0) return (BenchFormat)i;
    fatal(EXIT_USAGE, "`--format %s`: choose from text, md, csv, json",
          o->format);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_value);
    return n % 2 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
}

static Row row_of(Variant *v, int rounds)
{
    Row r = {.name = v->run.f->name->s, .variant = v->label};
    double t = median(v->time, rounds), ops = 0;
    for (int u = 0; u < QW_UNITS; u++) ops += v->ops[u];
    r.median_ms = 1e3 * t;
    r.best_ms = 1e3 * v->time[0];
    r.spread_ms = 1e3 *
        (v->time[3 * (rounds - 1) / 4] - v->time[(rounds - 1) / 4]);
    r.gb_s = v->bytes / t / 1e9;
    r.gflop_s = ops / t / 1e9;
    r.roofline = median(v->share, rounds);
    r.ratio = median(v->ratio, rounds);
    r.bound = median(v->memory, rounds) > 0.999 ? "memory" : "compute";
    return r;
}

static void print_text(const Row *r, int n)
{
    printf("%-28s %12s %10s %9s %10s %9s %-8s%s\n", "kernel", "median ms",
           "spread ms", "GB/s", "GFLOP/s", "roofline", "bound",
           n > 1 ? "  time" : "");
    for (int i = 0; i < n; i++) {
        printf("%-28s %12.4f %10.4f %9.2f %10.2f %8.1f%% %-8s",
               *r[i].variant ? r[i].variant : r[i].name, r[i].median_ms,
               r[i].spread_ms, r[i].gb_s, r[i].gflop_s, 100 * r[i].roofline,
               r[i].bound);
        if (n > 1) printf("  %.3fx", r[i].ratio);
        putchar('\n');
    }
}

static void print_md(const Row *r, int n)
{
    puts(
        "| kernel | variant | median ms | spread ms | GB/s | GFLOP/s | roofline | bound | time |\n"
        "|---|---|---:|---:|---:|---:|---:|---|---:|");
    for (int i = 0; i < n; i++)
        printf("| %s | %s | %.4f | %.4f | %.2f | %.2f | %.3f | %s | %.3f |\n",
               r[i].name, r[i].variant, r[i].median_ms, r[i].spread_ms,
               r[i].gb_s, r[i].gflop_s, r[i].roofline, r[i].bound, r[i].ratio);
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
        "name,variant,median_ms,spread_ms,best_ms,gb_s,gflop_s,roofline,bound,ratio");
    for (int i = 0; i < n; i++) {
        printf("%s,", r[i].name);
        put_quoted(r[i].variant, '"');
        printf(",%.6f,%.6f,%.6f,%.4f,%.4f,%.4f,%s,%.4f\n", r[i].median_ms,
               r[i].spread_ms, r[i].best_ms, r[i].gb_s, r[i].gflop_s,
               r[i].roofline, r[i].bound, r[i].ratio);
    }
}

static void print_json(const Row *r, int n, int rounds)
{
    for (int i = 0; i < n; i++) {
        printf("{\"name\":\"%s\",\"variant\":", r[i].name);
        put_quoted(r[i].variant, '\\');
        printf(
            ",\"rounds\":%d,\"median_ms\":%.6f,\"spread_ms\":%.6f,\"best_ms\":%.6f,\"gb_s\":%.4f,\"gflop_s\":%.4f,"
            "\"roofline\":%.4f,\"bound\":\"%s\",\"ratio\":%.4f}\n",
            rounds, r[i].median_ms, r[i].spread_ms, r[i].best_ms, r[i].gb_s,
            r[i].gflop_s, r[i].roofline, r[i].bound, r[i].ratio);
    }
}

void bench_print(const Options *o, Variant *v, int n, int rounds,
                 BenchFormat format)
{
    Row r[2];
    for (int i = 0; i < n; i++) r[i] = row_of(&v[i], rounds);
    switch (format) {
    case BENCH_TEXT:
        if (!o->quiet)
            printf("%d threads, %s, %d rounds\n", qw_threads(v[0].ctx),
                   v[0].isa, rounds);
        print_text(r, n);
        return;
    case BENCH_MD: print_md(r, n); return;
    case BENCH_CSV: print_csv(r, n); return;
    case BENCH_JSON: print_json(r, n, rounds); return;
    }
}
