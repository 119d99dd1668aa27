/* The torch module seen from C: expressions and their repr, the state that a
 * run shares (generator, memory limit), and the judge behind comparators.
 * Longer scripts are tests/host/torch-*.pl. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/torch.h"

typedef struct Script {
    Session *se;
    Interp *in;
    Module *m;
    char path[64];
    FILE *err;
} Script;

/* Runs a file of the given text. */
static Script run(const char *text, int64_t memory)
{
    Script s = {.se = session_new(), .path = "/tmp/qwc-test-torch-XXXXXX.pl"};
    InterpOptions opt = {.seed = 0};
    const int fd = mkstemps(s.path, 3);
    assert_true(fd >= 0 &&
                write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    s.err = tmpfile();
    s.se->err = s.err;
    s.se->limit[LIM_MEMORY] = memory;
    s.in = interp_new(s.se, &opt);
    s.m = interp_load_main(s.in, s.path, false);
    return s;
}

static void end(Script *s)
{
    interp_drop(s->in);
    session_free(s->se);
    fclose(s->err);
    unlink(s->path);
}

static Value variable(Script *s, const char *name)
{
    Value v = v_unset();
    assert_true(module_get(s->m, str(s->se, name), &v));
    return v;
}

static const struct {
    const char *expr, *repr;
} cases[] = {
    {"torch.tensor([1, 2]).float() / 3", "tensor([0.3333, 0.6667])"},
    {"torch.zeros((2, 1)).shape", "(2, 1)"},
    {"torch.arange(5)[1::2].tolist()", "[1, 3]"},
    {"torch.float32", "torch.float32"},
    {"torch.half", "torch.float16"},
    {"torch.zeros(2).dtype == torch.float", "True"},
    {"torch.ones(3).sum().item()", "3.0"},
    {"torch.tensor(5).item() + 1", "6"},
    {"int(torch.tensor(2.9)), float(torch.tensor(3)), bool(torch.tensor([0]))",
     "(2, 3.0, False)"},
    {"[1, 2, 3][torch.tensor(1)]", "2"},
    {"list(range(torch.tensor(3)))", "[0, 1, 2]"},
    {"2 in torch.arange(3)", "True"},
    {"sum(torch.ones(2, 2))", "tensor([2., 2.])"},
    {"torch.tensor([[1, 2], [3, 4]]).max(dim=0).values", "tensor([3, 4])"},
    {"torch.finfo(torch.float32).max", "3.4028234663852886e+38"},
    {"torch.ones(2, 3).to('cpu').device", "'cpu'"},
    {"isinstance(torch.ones(1), torch.Tensor), torch.is_tensor(3)",
     "(True, False)"},
    {"torch.nn.functional.silu(torch.tensor([0.0, 1.0]))",
     "tensor([0.0000, 0.7311])"},
    {"torch.nn.functional.rms_norm(torch.tensor([[3.0, 4.0]]), (2,), torch.tensor([1.0, 2.0]), 0.0)",
     "tensor([[0.8485, 2.2627]])"},
    {"torch.zeros(3).uniform_(1, 1).tolist()", "[1.0, 1.0, 1.0]"},
    {"torch.tensor([torch.tensor(1.0), torch.tensor(2.0)])",
     "tensor([1., 2.])"},
    {"torch.ones(2).view(torch.int32)[0].item() == 0x3f800000", "True"},
    {"torch.tensor([1.5]).bfloat16().view(torch.int16).item() == 0x3fc0",
     "True"},
    {"1.0 - torch.tensor([0.25])", "tensor([0.7500])"},
    {"torch.tensor([7]) // 2 ** torch.tensor([1])", "tensor([3])"},
    {"abs(torch.tensor([-1]))", "tensor([1])"},
    {"(torch.rand(3) == torch.rand(3)).any().item()", "False"},
};

static void expressions(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(cases); i++) {
        char text[400];
        snprintf(text, sizeof text, "import torch\nx = repr((%s))\n",
                 cases[i].expr);
        Script s = run(text, 0);
        if (!s.m) print_error("%s\n", cases[i].expr);
        assert_non_null(s.m);
        const char *got;
        assert_true(arg_str(s.in, variable(&s, "x"), "x", &got));
        if (strcmp(got, cases[i].repr)) print_error("%s\n", cases[i].expr);
        assert_string_equal(got, cases[i].repr);
        end(&s);
    }
}

/* dropping the last value gives the memory back */
static void memory_is_counted(void **state)
{
    (void)state;
    Script s = run(
        "import torch\nx = torch.ones(1000, 1000)\ny = x[3:].clone()\nx = None\n",
        0);
    assert_non_null(s.m);
    assert_int_equal(tcx(s.in)->mem_used, 4000000); /* y shares what x had */
    end(&s);
    s = run("import torch\nx = [torch.ones(1000, 1000) for i in range(10)]\n",
            20000000);
    assert_null(s.m);
    diag_flush(s.se);
    char text[4096] = "";
    rewind(s.err);
    assert_true(fread(text, 1, sizeof text - 1, s.err) > 0);
    assert_non_null(strstr(text, "E1110"));
    assert_true(tcx(s.in)->mem_peak <= 20000000);
    end(&s);
}

static void tensor_mistakes_are_E0806(void **state)
{
    (void)state;
    Script s = run("import torch\nx = torch.ones(2, 3) + torch.ones(4)\n", 0);
    assert_null(s.m);
    diag_flush(s.se);
    char text[4096] = "";
    rewind(s.err);
    assert_true(fread(text, 1, sizeof text - 1, s.err) > 0);
    assert_non_null(strstr(text, "E0806"));
    assert_non_null(strstr(text, "shapes [2, 3] and [4] do not broadcast"));
    end(&s);
}

static void comparators(void **state)
{
    const char *message;
    (void)state;
    Script s = run(
        "import torch\na = torch.tensor([1.0, 2.0, 4.0])\nb = torch.tensor([1.0, 2.5, 4.0])\n",
        0);
    QwTensor *a = v_tensor(variable(&s, "a")), *b = v_tensor(variable(&s, "b"));
    assert_int_equal(tensor_compare(s.in, NULL, a, a, NULL, 0, 0, &message), 1);
    assert_string_equal(message, "");
    assert_int_equal(tensor_compare(s.in, NULL, a, b, NULL, 0.1, 0.1, &message),
                     0);
    assert_string_equal(
        message,
        "1 of 3 elements are outside the tolerance; max abs error 0.5 at [1]\n"
        "  [1]: actual 2, expected 2.5");
    Comparator c = {.rule = CMP_RATIO_ALLCLOSE,
                    .rtol = (double)NAN,
                    .atol = (double)NAN,
                    .max_error_ratio = 0.4,
                    .max_show = 10};
    assert_int_equal(tensor_compare(s.in, &c, a, b, NULL, 0.1, 0.1, &message),
                     1);
    c.max_error_ratio = 0.3;
    assert_int_equal(tensor_compare(s.in, &c, a, b, NULL, 0.1, 0.1, &message),
                     0);
    c.atol = 1;
    assert_int_equal(tensor_compare(s.in, &c, a, b, NULL, 0.1, 0.1, &message),
                     1);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions),
        cmocka_unit_test(memory_is_counted),
        cmocka_unit_test(tensor_mistakes_are_E0806),
        cmocka_unit_test(comparators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
