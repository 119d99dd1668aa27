/* The vocabulary by itself: arena, interned strings, texts, nearest spelling,
 * sources and places, UTF-8, limits, and how a diagnostic is rendered. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const Span NO = {0, 0};

static int setup(void **state)
{
    *state = session_new();
    return 0;
}

static int teardown(void **state)
{
    session_free(*state);
    return 0;
}

static Source *source(Session *s, const char *name, const char *text)
{
    return source_from_text(s, name, text, strlen(text));
}

static Span at(const Source *src, const char *word)
{
    int32_t lo = src->base + (int32_t)(strstr(src->text, word) - src->text);
    return (Span){lo, lo + (int32_t)strlen(word)};
}

static const char *rendered(Session *s, const Diag *d)
{
    Text out = {.a = s->arena};
    diag_render(s, d, &out);
    return text_str(&out);
}

static void memory_is_zeroed_also_after_a_reset(void **state)
{
    Arena *a = ((Session *)*state)->arena;
    static const char zero[3000];
    ArenaMark mark = arena_mark(a);
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 3000; n += 7) {
            char *p = arena_alloc(a, n);
            assert_memory_equal(p, zero, n);
            memset(p, 0xAA, n);
        }
        arena_reset(a, mark);
    }
}

static void allocations_are_aligned_and_apart(void **state)
{
    Arena *a = ((Session *)*state)->arena;
    char *before = NULL;
    for (int i = 0; i < 100; i++) {
        char *p = arena_alloc(a, 3);
        assert_int_equal((uintptr_t)p % 16, 0);
        assert_ptr_not_equal(p, before);
        memset(p, i, 3);
        if (before) assert_int_equal(before[2], i - 1);
        before = p;
    }
    char *big = arena_alloc(a, 10 << 20);
    big[(10 << 20) - 1] = 1;
}

static void vectors_keep_what_is_pushed(void **state)
{
    Arena *a = ((Session *)*state)->arena;
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++) vec_push(a, &v, i);
    assert_int_equal(v.n, 1000);
    for (int i = 0; i < 1000; i++) assert_int_equal(v.p[i], i);
    assert_int_equal(vec_last(&v), 999);
}

static void equal_text_is_an_equal_pointer(void **state)
{
    Session *s = *state;
    Str first = str(s, "rows");
    for (int i = 0; i < 5000; i++) str_printf(s, "name%d", i);
    assert_ptr_equal(first, str_n(s, "rows and columns", 4));
    assert_ptr_equal(str(s, "name4321"), str_printf(s, "name%d", 4321));
    assert_ptr_not_equal(first, str(s, "row"));
    assert_ptr_not_equal(str_n(s, "a\0b", 3), str_n(s, "a\0c", 3));
    assert_int_equal(str_n(s, "a\0b", 3)->len, 3);
    assert_string_equal(str(s, "")->s, "");
}

static void texts_grow(void **state)
{
    Text t = {.a = ((Session *)*state)->arena};
    assert_string_equal(text_str(&t), "");
    for (int i = 0; i < 1000; i++) text_printf(&t, "%d,", i % 10);
    assert_int_equal(t.n, 2000);
    assert_int_equal(strlen(text_str(&t)), 2000);
    text_printf(&t, "%0500d", 7);
    assert_int_equal(t.n, 2500);
    text_putc(&t, '!');
    assert_int_equal(t.s[2500], '!');
}

static void nearest_spelling_is_within_a_third(void **state)
{
    static const char *const ops[] = {"matmul", "maximum", "mul", "row_max"};
    (void)state;
    assert_string_equal(str_nearest("matmull", ops, 4), "matmul");
    assert_string_equal(str_nearest("mamtul", ops, 4), "matmul");
    assert_string_equal(str_nearest("MUL", ops, 4), "mul");
    assert_string_equal(str_nearest("rowmax", ops, 4), "row_max");
    assert_null(str_nearest("sort32", ops, 4));
    assert_null(str_nearest("x", ops, 4));
    assert_null(str_nearest("", ops, 4));
    assert_null(str_nearest("mul", ops, 0));
}

static void places_count_characters(void **state)
{
    Session *s = *state;
    source(s, "first", "x");
    Source *src = source(s, "second",
                         "a = 1\n\"gr\xC3\xB6\xC3\x9F"
                         "e\" b\n");
    Place p = source_place(s, at(src, "b\n").lo);
    assert_string_equal(p.src->path, "second");
    assert_int_equal(p.line, 2);
    assert_int_equal(p.col, 9);
    p = source_place(s, src->base + src->len);
    assert_int_equal(p.line, 3);
    assert_int_equal(p.col, 1);
    assert_null(source_place(s, 0).src);
    assert_null(source_place(s, s->next_base).src);
    assert_null(source_of(s, NO));
}

static void lines_come_without_their_ends(void **state)
{
    Session *s = *state;
    Source *src = source(s, "t",
                         "\xEF\xBB\xBF"
                         "a\r\nbc\nd");
    const char *text;
    assert_int_equal(src->bom, 3);
    assert_int_equal(source_line_text(src, 1, &text), 1);
    assert_int_equal(source_line_text(src, 2, &text), 2);
    assert_int_equal(source_line_text(src, 3, &text), 1);
    assert_int_equal(*text, 'd');
    assert_int_equal(source_line_text(src, 4, &text), 0);
}

static void ill_formed_utf8_is_found(void **state)
{
    static const char *const bad[] = {
        "\x80",
        "\xC0\x80",
        "\xC3",
        "\xE0\x80\x80",
        "\xED\xA0\x80",
        "\xF4\x90\x80\x80",
        "\xF8\x88\x80\x80\x80",
        "\xE2\x82",
    };
    (void)state;
    for (size_t i = 0; i < LEN(bad); i++)
        assert_int_equal(utf8_valid_prefix(bad[i], strlen(bad[i])), 0);
    assert_int_equal(utf8_valid_prefix("a\xE2\x82\xAC\xF0\x9F\x98\x80\xFF", 9),
                     8);
    for (uint32_t c = 1; c < 0x110000; c += 37) {
        char out[4];
        int len, n = utf8_encode(c, out);
        if (n) assert_int_equal(utf8_decode(out, (size_t)n, &len), c);
        if (n) assert_int_equal(len, n);
    }
}

static void limits_are_named_and_checked(void **state)
{
    Session *s = *state;
    assert_int_equal(limit_find("tile-bytes"), LIM_TILE_BYTES);
    assert_int_equal(limit_find("tiles"), LIM_COUNT);
    assert_true(limit_check(s, LIM_UNROLL, 4096, NO));
    assert_int_equal(s->diags.n, 0);
    assert_false(limit_check(s, LIM_UNROLL, 5000, NO));
    assert_string_equal(s->diags.p[0]->msg, "limit `unroll` is 4096, met 5000");
    assert_string_equal(s->diags.p[0]->helps.p[0],
                        "raise it: `--limit unroll=5000`");
}

static void every_code_has_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < DIAG_COUNT; i++) {
        DiagCode c = (DiagCode)i;
        assert_int_equal(diag_find(diag_code_name(c)), c);
        assert_true(strlen(diag_gist(c)) > 5);
        assert_true(strlen(diag_explain_text(c)) > 40);
        assert_int_not_equal(diag_gist(c)[strlen(diag_gist(c)) - 1], '.');
    }
    assert_int_equal(diag_find("E9999"), DIAG_COUNT);
}

static void a_diagnostic_shows_its_lines(void **state)
{
    Session *s = *state;
    Source *src = source(s, "softmax.pl",
                         "\n\nm = pl.row_max(x)\n\n"
                         "\n\n\n\n\ny = pl.sub(t, m)\n");
    Span arg = at(src, "m)\n");
    Diag *d = diag_new(s, E0405, (Span){arg.lo, arg.lo + 1},
                       "shapes [%d] and [%d] differ", 64, 32);
    diag_at(s, d, "expected 64 rows");
    diag_label(s, d, at(src, "pl.row_max(x)"), "this tile is [32]");
    diag_note(s, d, NO, "an axis broadcasts\nonly where one extent is 1");
    diag_help(s, d, "reduce `t`");
    assert_string_equal(rendered(s, d),
                        "error[E0405]: shapes [64] and [32] differ\n"
                        "  --> softmax.pl:10:15\n"
                        "   |\n"
                        " 3 | m = pl.row_max(x)\n"
                        "   |     ------------- this tile is [32]\n"
                        "10 | y = pl.sub(t, m)\n"
                        "   |               ^ expected 64 rows\n"
                        "   = note: an axis broadcasts\n"
                        "           only where one extent is 1\n"
                        "   = help: reduce `t`\n");
}

static void labels_of_one_line_hang_below_each_other(void **state)
{
    Session *s = *state;
    Source *src = source(s, "a.pl", "y = pl.sub(t, m)\n");
    Diag *d = diag_new(s, E0405, at(src, "pl.sub"), "x");
    diag_at(s, d, "here");
    diag_label(s, d, at(src, "t"), "[64, 1]");
    diag_label(s, d, at(src, "m)"), "[1, 64]");
    assert_string_equal(rendered(s, d),
                        "error[E0405]: x\n"
                        " --> a.pl:1:5\n"
                        "  |\n"
                        "1 | y = pl.sub(t, m)\n"
                        "  |     ^^^^^^ -  -- [1, 64]\n"
                        "  |     |      |\n"
                        "  |     |      [64, 1]\n"
                        "  |     here\n");
}

static void other_files_get_a_line_of_their_own(void **state)
{
    Session *s = *state;
    Source *a = source(s, "a.pl", "from b import N\n");
    Source *b = source(s, "b.pl", "N = 1\n");
    Diag *d = diag_new(s, W0207, at(b, "N"), "`N` is defined twice");
    diag_label(s, d, at(a, "N"), "imported");
    diag_note(s, d, at(a, "from"), "the import");
    assert_string_equal(rendered(s, d),
                        "warning[W0207]: `N` is defined twice\n"
                        " --> b.pl:1:1\n"
                        "  |\n"
                        "1 | N = 1\n"
                        "  | ^\n"
                        " ::: a.pl:1:1\n"
                        "  |\n"
                        "1 | from b import N\n"
                        "  |               - imported\n"
                        "note: the import\n"
                        " --> a.pl:1:1\n"
                        "  |\n"
                        "1 | from b import N\n"
                        "  | ----\n");
}

static void marks_stand_by_display_width(void **state)
{
    Session *s = *state;
    Source *src = source(s, "a.pl", "\tx = \"\xE4\xB8\xAD\xE6\x96\x87\" + $\n");
    Diag *d = diag_new(s, E0102, at(src, "$"), "c");
    assert_string_equal(rendered(s, d),
                        "error[E0102]: c\n"
                        " --> a.pl:1:13\n"
                        "  |\n"
                        "1 |     x = \"\xE4\xB8\xAD\xE6\x96\x87\" + $\n"
                        "  |                  ^\n");
}

static void control_characters_are_not_passed_on(void **state)
{
    Session *s = *state;
    Source *src = source(s, "a\x1b[1m.pl", "x\x1b[31m = 1\n");
    Diag *d = diag_new(s, E0102, at(src, "x"), "\x1b]0;title\x07");
    assert_null(strchr(rendered(s, d), '\x1b'));
    s->json = true;
    assert_null(strchr(rendered(s, d), '\x1b'));
}

static void long_lines_are_shown_through_a_window(void **state)
{
    Session *s = *state;
    char text[4000];
    memset(text, 'a', sizeof text);
    text[3000] = '$';
    text[sizeof text - 1] = '\0';
    Source *src = source(s, "a.pl", text);
    const char *out = rendered(s, diag_new(s, E0102, at(src, "$"), "c"));
    assert_true(strlen(out) < 600);
    const char *dollar = strchr(out, '$'), *caret = strchr(out, '^');
    const char *line = dollar, *under = caret;
    while (line[-1] != '\n') line--;
    while (under[-1] != '\n') under--;
    assert_int_equal(dollar - line, caret - under);
}

static void an_empty_span_and_the_end_of_the_file_have_a_caret(void **state)
{
    Session *s = *state;
    Source *src = source(s, "a.pl", "x =");
    int32_t end = src->base + src->len;
    Diag *d = diag_new(s, E0109, (Span){end, end}, "m");
    assert_string_equal(
        rendered(s, d),
        "error[E0109]: m\n --> a.pl:1:4\n  |\n1 | x =\n  |    ^\n");
    d = diag_new(s, E1001, NO, "no place");
    diag_note(s, d, NO, "a fact");
    assert_string_equal(rendered(s, d),
                        "error[E1001]: no place\n  = note: a fact\n");
}

static void json_is_one_line(void **state)
{
    Session *s = *state;
    Source *src = source(s, "a.pl", "x = \"1\ny = 2\n");
    s->json = true;
    Diag *d = diag_new(s, E0104, (Span){src->base + 4, src->base + 8},
                       "a\n\"b\"");
    diag_help(s, d, "close it");
    assert_string_equal(
        rendered(s, d),
        "{\"code\":\"E0104\",\"severity\":\"error\",\"message\":\"a\\n\\\"b\\\"\","
        "\"file\":\"a.pl\",\"line\":1,\"col\":5,\"end_line\":2,\"end_col\":2,"
        "\"labels\":[],\"notes\":[],\"helps\":[\"close it\"]}\n");
}

static char *flushed(Session *s)
{
    static char text[20000];
    memset(text, 0, sizeof text);
    s->err = fmemopen(text, sizeof text - 1, "w");
    diag_flush(s);
    fclose(s->err);
    s->err = stderr;
    return text;
}

static void flushing_sorts_and_says_things_once(void **state)
{
    Session *s = *state;
    Source *src = source(s, "a.pl", "first\nsecond\n");
    diag_new(s, E0301, at(src, "second"), "two");
    diag_new(s, W0301, at(src, "first"), "one");
    diag_new(s, E0301, at(src, "second"), "two");
    const char *out = flushed(s);
    assert_true(strstr(out, "one") < strstr(out, "two"));
    assert_null(strstr(strstr(out, "two") + 1, "]: two"));
    assert_non_null(strstr(out, "(see `qwc explain E0301`)\n"));
    assert_string_equal(flushed(s), "");
    diag_new(s, W0301, at(src, "first"), "three");
    assert_null(strstr(flushed(s), "qwc explain"));
}

static void fifty_errors_are_enough(void **state)
{
    Session *s = *state;
    for (int i = 0; i < 80; i++) diag_new(s, E0301, NO, "n%d", i);
    assert_int_equal(s->nerrors, 80);
    assert_int_equal(s->diags.n, 50);
}

static void options_change_the_severity(void **state)
{
    Session *s = *state;
    s->strict = true;
    assert_int_equal(diag_new(s, W0401, NO, "x")->code, E0401);
    assert_int_equal(diag_new(s, W0704, NO, "x")->code, E0711);
    assert_int_equal(diag_new(s, W0402, NO, "x")->sev, SEV_WARNING);
    assert_int_equal(s->nerrors, 2);
    s->werror_code[W0402] = true;
    Diag *d = diag_new(s, W0402, NO, "x");
    assert_int_equal(d->sev, SEV_ERROR);
    assert_string_equal(rendered(s, d), "error[W0402]: x\n");
    s->wno_code[W0402] = true;
    int n = s->diags.n, errors = s->nerrors;
    assert_non_null(diag_new(s, W0402, NO, "x"));
    assert_int_equal(s->diags.n, n);
    assert_int_equal(s->nerrors, errors);
    s->werror = true;
    assert_int_equal(diag_new(s, N0302, NO, "x")->sev, SEV_NOTE);
    assert_int_equal(diag_new(s, W0301, NO, "x")->sev, SEV_ERROR);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(memory_is_zeroed_also_after_a_reset),
        TEST(allocations_are_aligned_and_apart),
        TEST(vectors_keep_what_is_pushed),
        TEST(equal_text_is_an_equal_pointer),
        TEST(texts_grow),
        TEST(nearest_spelling_is_within_a_third),
        TEST(places_count_characters),
        TEST(lines_come_without_their_ends),
        TEST(ill_formed_utf8_is_found),
        TEST(limits_are_named_and_checked),
        TEST(every_code_has_its_words),
        TEST(a_diagnostic_shows_its_lines),
        TEST(labels_of_one_line_hang_below_each_other),
        TEST(other_files_get_a_line_of_their_own),
        TEST(marks_stand_by_display_width),
        TEST(control_characters_are_not_passed_on),
        TEST(long_lines_are_shown_through_a_window),
        TEST(an_empty_span_and_the_end_of_the_file_have_a_caret),
        TEST(json_is_one_line),
        TEST(flushing_sorts_and_says_things_once),
        TEST(fifty_errors_are_enough),
        TEST(options_change_the_severity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
