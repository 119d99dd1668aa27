/* Array files: round trips, mapping, members, writers that leave nothing
 * half-written, the malformed corpus (tests/data/malformed) and mutations of
 * every file in it. */
#include "io.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CORPUS "tests/data/malformed/"

static QwTcx cx;
static QwIoError e;
static char dir[] = "/tmp/qwc-test-io-XXXXXX";
static char path[300];

static const char *in_dir(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int count_files(bool remove_them)
{
    DIR *d = opendir(dir);
    int n = 0;
    for (struct dirent *f; d && (f = readdir(d));) {
        if (f->d_name[0] == '.') continue;
        n++;
        if (remove_them) unlink(in_dir(f->d_name));
    }
    closedir(d);
    return n;
}

static int remove_dir(void **state)
{
    (void)state;
    count_files(true);
    return rmdir(dir) || cx.mem_used;
}

static QwTensor *sample(QwDtype d)
{
    const int64_t n = 30;
    QwTensor *a = qwt_arange_i64(&cx, d, n, 0, 1);
    QwTensor *r = qwt_reshape(a, 3, (const int64_t[]){2, 3, 5}, false);
    qwt_unref(a);
    return r;
}

static void assert_equal(QwTensor *a, QwTensor *b)
{
    assert_non_null(b);
    assert_int_equal(a->dtype, b->dtype);
    assert_true(qwt_same_shape(a, b));
    QwTensor *ca = qwt_contiguous(a), *cb = qwt_contiguous(b);
    assert_memory_equal(qwt_data(ca), qwt_data(cb), (size_t)qwt_bytes(a));
    qwt_unref(ca);
    qwt_unref(cb);
}

/* every dtype through every format */
static void round_trips(void **state)
{
    static const char *const names[2] = {"first.weight", "zweite \"b\"\n"};
    (void)state;
    for (int d = 0; d < QW_DTYPE_COUNT; d++) {
        QwTensor *a = sample((QwDtype)d), *t = qwt_transpose(a, 0, 2);
        QwTensor *set[2] = {a, t};
        assert_true(qw_io_save_npy(in_dir("a.npy"), t, &e));
        QwTensor *b = qw_io_load(&cx, path, NULL, &e);
        assert_non_null(b);
        if (d == QW_BF16) { /* .npy has no bfloat16 */
            assert_int_equal(b->dtype, QW_U16);
            b->dtype = QW_BF16;
        }
        assert_equal(t, b);
        qwt_unref(b);
        assert_true(
            qw_io_save_safetensors(in_dir("a.safetensors"), 2, names, set, &e));
        for (int i = 0; i < 2; i++) {
            b = qw_io_load(&cx, path, names[i], &e);
            assert_equal(set[i], b);
            qwt_unref(b);
        }
        static const char *const members[2] = {"a", "b"};
        assert_true(qw_io_save_npz(in_dir("a.npz"), 2, members, set, &e));
        for (int i = 0; i < 2; i++) {
            b = qw_io_load(&cx, path, i ? "b.npy" : "a", &e);
            assert_non_null(b);
            if (d == QW_BF16) b->dtype = QW_BF16;
            assert_equal(set[i], b);
            assert_int_equal(cx.mem_used, qwt_bytes(a)); /* mapped */
            qwt_unref(b);
        }
        qwt_unref(a);
        qwt_unref(t);
    }
}

/* a mapped tensor costs no memory until it is written, and the file stays */
static void mapped_until_written(void **state)
{
    (void)state;
    QwTensor *a = sample(QW_F32);
    assert_true(qw_io_save_npy(in_dir("m.npy"), a, &e));
    const int64_t before = cx.mem_used;
    QwTensor *b = qw_io_load(&cx, path, NULL, &e), *c = qwt_clone(b);
    assert_int_equal(cx.mem_used, before);
    ((float *)qwt_data_rw(b))[0] = 42;
    assert_int_equal(cx.mem_used, before + qwt_bytes(b));
    assert_equal(a, c);
    qwt_unref(b);
    b = qw_io_load(&cx, path, NULL, &e);
    assert_equal(a, b);
    qwt_unref(a);
    qwt_unref(b);
    qwt_unref(c);
}

static void members_are_named_in_errors(void **state)
{
    static const char *const names[2] = {"wq", "wk"};
    (void)state;
    QwTensor *a = sample(QW_I32), *set[2] = {a, a};
    assert_true(qw_io_save_npz(in_dir("n.npz"), 2, names, set, &e));
    assert_null(qw_io_load(&cx, path, "wv", &e));
    assert_int_equal(e.err, QW_IO_MISSING);
    assert_string_equal(e.msg, "has no member `wv`; it has wq, wk");
    assert_null(qw_io_load(&cx, path, NULL, &e));
    assert_string_equal(e.msg, "has several members: say which; it has wq, wk");
    assert_true(
        qw_io_save_safetensors(in_dir("n.safetensors"), 2, names, set, &e));
    assert_null(qw_io_load(&cx, path, "wv", &e));
    assert_string_equal(e.msg, "has no tensor `wv`; it has wq, wk");
    assert_true(qw_io_save_npz(in_dir("0.npz"), 0, names, set, &e));
    assert_null(qw_io_load(&cx, path, NULL, &e));
    assert_string_equal(e.msg, "has no members");
    assert_true(
        qw_io_save_safetensors(in_dir("0.safetensors"), 0, names, set, &e));
    assert_null(qw_io_load(&cx, path, NULL, &e));
    assert_string_equal(e.msg, "has no tensors");
    assert_null(qw_io_load(&cx, in_dir("none.npy"), NULL, &e));
    assert_int_equal(e.err, QW_IO_OPEN);
    assert_string_equal(e.msg, "cannot be opened: No such file or directory");
    assert_null(qw_io_load(&cx, "/dev/zero.npy", NULL, &e));
    assert_null(qw_io_load(&cx, "readme.txt", NULL, &e));
    qwt_unref(a);
}

typedef struct Seen {
    int n;
    char names[64];
} Seen;

static void see(void *arg, const char *name, QwDtype d, int rank,
                const int64_t *shape)
{
    Seen *s = arg;
    s->n++;
    const size_t n = strlen(s->names);
    snprintf(s->names + n, sizeof s->names - n, "%s", name);
    assert_int_equal(d, QW_I32);
    assert_int_equal(rank, 3);
    assert_int_equal(shape[2], 5);
}

static void listing(void **state)
{
    static const char *const names[2] = {"x", "y"};
    (void)state;
    QwTensor *a = sample(QW_I32), *set[2] = {a, a};
    Seen s = {0};
    assert_true(qw_io_save_npz(in_dir("l.npz"), 2, names, set, &e));
    assert_true(qw_io_list(path, see, &s, &e));
    assert_true(
        qw_io_save_safetensors(in_dir("l.safetensors"), 2, names, set, &e));
    assert_true(qw_io_list(path, see, &s, &e));
    assert_true(qw_io_save_npy(in_dir("l.npy"), a, &e));
    assert_true(qw_io_list(path, see, &s, &e));
    assert_int_equal(s.n, 5);
    assert_string_equal(s.names, "xyxy");
    qwt_unref(a);
}

/* a writer that cannot finish leaves neither the file nor its temporary */
static void nothing_half_written(void **state)
{
    (void)state;
    count_files(true);
    QwTensor *a = sample(QW_F32);
    assert_false(qw_io_save_npy("/nonexistent-folder/a.npy", a, &e));
    assert_int_equal(e.err, QW_IO_OPEN);
    mkdir(in_dir("taken.npy"), 0777); /* the rename fails */
    assert_false(qw_io_save_npy(path, a, &e));
    rmdir(path);
    assert_int_equal(count_files(false), 0);
    qwt_unref(a);
}

/* ---- the corpus ---- */

static void malformed_corpus(void **state)
{
    FILE *f = fopen(CORPUS "expect.txt", "r");
    char line[300], name[120], offset[32];
    int n = 0;
    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        int at = 0;
        line[strcspn(line, "\n")] = 0;
        assert_int_equal(sscanf(line, "%119s %31s %n", name, offset, &at), 2);
        const char *text = line + at;
        snprintf(path, sizeof path, CORPUS "%s", name);
        QwTensor *t = qw_io_load(&cx, path, NULL, &e);
        if (!strcmp(text, "ok")) {
            if (!t) print_error("%s: %s\n", name, e.msg);
            assert_non_null(t);
            qwt_unref(t);
        } else {
            const bool right = !t && e.err == QW_IO_MALFORMED &&
                strstr(e.msg, text) &&
                (!strcmp(offset, "-") || atoll(offset) == e.offset);
            if (!right)
                print_error("%s: expected `%s` at %s, got `%s` at %lld\n", name,
                            text, offset, t ? "success" : e.msg,
                            (long long)e.offset);
            assert_true(right);
        }
        n++;
    }
    fclose(f);
    assert_true(n > 100);
}

static uint32_t next_random(uint32_t *s)
{
    *s = *s * 1664525 + 1013904223;
    return *s >> 8;
}

/* Any outcome but a tensor or a message is a bug; sanitizers watch. */
static void mutate(const char *name, uint32_t *seed, int times)
{
    static char data[1 << 16], copy[1 << 16];
    snprintf(path, sizeof path, CORPUS "%s", name);
    FILE *f = fopen(path, "rb");
    const size_t size = f ? fread(data, 1, sizeof data, f) : 0;
    if (f) fclose(f);
    char target[300];
    snprintf(target, sizeof target, "%s/mutant%s", dir, strrchr(name, '.'));
    for (int i = 0; i < times && size; i++) {
        size_t n = size;
        memcpy(copy, data, size);
        const int edits = 1 + (int)(next_random(seed) % 4);
        for (int k = 0; k < edits; k++) {
            const size_t at = next_random(seed) % n;
            static const unsigned char bytes[] = {0,   1,   0x7f, 0x80, 0xff,
                                                  '9', '-', '}',  '"',  ' '};
            if (next_random(seed) % 8 == 0)
                n = at + 1;
            else
                copy[at] = (char)(next_random(seed) % 2
                                      ? bytes[next_random(seed) % sizeof bytes]
                                      : next_random(seed));
        }
        f = fopen(target, "wb");
        assert_non_null(f);
        fwrite(copy, 1, n, f);
        fclose(f);
        cx.mem_limit = 1 << 26;
        QwTensor *t = qw_io_load(&cx, target, NULL, &e);
        if (t) {
            volatile unsigned char sum = 0; /* every byte can be read */
            const unsigned char *p = qwt_data(t);
            for (int64_t b = 0; b < qwt_bytes(t); b++) sum ^= p[b];
        } else {
            assert_true(e.err != QW_IO_OK && e.msg[0]);
        }
        qwt_unref(t);
        cx.mem_limit = 0;
    }
    unlink(target);
}

static void mutants_of_the_corpus(void **state)
{
    FILE *f = fopen(CORPUS "expect.txt", "r");
    const char *times = getenv("QWC_FUZZ");
    char line[300], name[120];
    uint32_t seed = 1;
    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "%119s", name) == 1)
            mutate(name, &seed, times ? atoi(times) : 30);
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(mapped_until_written),
        cmocka_unit_test(members_are_named_in_errors),
        cmocka_unit_test(listing),
        cmocka_unit_test(nothing_half_written),
        cmocka_unit_test(malformed_corpus),
        cmocka_unit_test(mutants_of_the_corpus),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
