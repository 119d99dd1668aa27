/* Replays the corpus of the guided fuzzer, tests/fuzz/corpus/TARGET/FILE: no
 * file may end the process.  The last name on stderr is the one that did. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../fuzz/targets.h"

static void replay(const FuzzTarget *t, const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    const long n = ftell(f);
    rewind(f);
    unsigned char *bytes = malloc((size_t)n ? (size_t)n : 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)n, f), (size_t)n);
    fclose(f);
    fuzz_run(t, bytes, (size_t)n);
    free(bytes);
}

static void replays_a_folder(void **state)
{
    const FuzzTarget *t = *state;
    char path[512];
    int n = 0;
    snprintf(path, sizeof path, "tests/fuzz/corpus/%s", t->name);
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "tests/fuzz/corpus/%s/%s", t->name,
                 e->d_name);
        fprintf(stderr, "%s\n", path);
        replay(t, path);
        n++;
    }
    closedir(d);
    assert_true(n > 0);
}

int main(void)
{
    struct CMUnitTest tests[16];
    for (int i = 0; i < fuzz_target_count; i++)
        tests[i] = (struct CMUnitTest){.name = fuzz_targets[i].name,
                                       .test_func = replays_a_folder,
                                       .initial_state =
                                           (void *)(uintptr_t)&fuzz_targets[i]};
    return _cmocka_run_group_tests("corpus", tests, (size_t)fuzz_target_count,
                                   NULL, NULL);
}
