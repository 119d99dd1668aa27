/* What the guided fuzzer feeds with bytes, and the replay of its corpus too. */
#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H
#include <stdbool.h>
#include <stddef.h>

typedef struct FuzzTarget {
    const char *name; /* of its folder in tests/fuzz/corpus */
    bool text;
    void (*run)(const unsigned char *bytes, size_t n);
} FuzzTarget;
extern const FuzzTarget fuzz_targets[];
extern const int fuzz_target_count;
const FuzzTarget *fuzz_target(const char *name); /* NULL: none */
void fuzz_run(const FuzzTarget *, const unsigned char *bytes, size_t n);
#endif
