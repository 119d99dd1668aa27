# qwc: builds build/qwc and build/libqwrt.a. `make help` lists the targets.
#
# Sources are found by folder: a new .c file needs no line here. Objects and generated
# files mirror the tree under $(BUILD); nothing is written into the source folders.

BUILD   ?= build
VERSION := 0.1.0
# The number in the soname of libqwrt.so: it grows when qwrt.h breaks programs.
ABI     := 0
CC      ?= cc
AR      ?= ar
BISON   ?= bison
FLEX    ?= flex
PREFIX  ?= /usr/local
DESTDIR ?=
DEMO    ?= kernels/qwen3_14b/rms_lm_head_tuned.pl

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:

ifeq ($(V),1)
Q :=
else
Q := @
endif
# Says what a recipe does, unless under `make -s`.
say = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,printf '  %-6s %s\n')

# A make that this one starts builds in parallel, unless the user chose -j already.
# ($(MAKEFLAGS) holds the choice only while a recipe runs, hence `=`.)
JOBS     ?= $(shell nproc 2>/dev/null || echo 1)
SUBMAKE   = $(MAKE) $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))

# --- Flags ------------------------------------------------------------------------------

WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -Wwrite-strings -Wundef -Wvla -Wdouble-promotion
ifeq ($(WERROR),1)
WARN    += -Werror
endif
GENWARN := -Wno-unused-function -Wno-unused-parameter -Wno-sign-compare \
           -Wno-missing-prototypes -Wno-shadow -Wno-unused-but-set-variable

# -ffp-contract=off: only what is written as a fused multiply-add is one.
OPT     := -O2
CFLAGS  ?= -g
ISA     :=
EXTRA   :=
STD     := -std=c11 -D_GNU_SOURCE -ffp-contract=off -pthread
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)

BLAS_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags openblas 2>/dev/null))
BLAS_LIBS   := $(or $(shell pkg-config --libs openblas 2>/dev/null),-lopenblas)

CPPFLAGS += -Icompiler -Iruntime -I$(BUILD)/gen -DQWC_VERSION='"$(VERSION)"' $(BLAS_CFLAGS)
# libtcc asks for memory that is writable and executable; the wrapper in back/ refuses.
LINK    := -Wl,--wrap=mprotect -Wl,--export-dynamic-symbol=qw_* -pthread
LIBS    := -ltcc -ljansson -lz $(BLAS_LIBS) -lm -ldl

compile = $(CC) $(STD) $(OPT) $(CFLAGS) $(ISA) $(WARN) $(EXTRA) $(SANFLAGS) $(CPPFLAGS) \
          -ffile-prefix-map=$(CURDIR)=. -MMD -MP -c -o $@ $<
link    = $(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) $(LINK) -o $@

# --- What is built ----------------------------------------------------------------------

COMPILER_SRC := $(sort $(wildcard compiler/*/*.c))
RUNTIME_SRC  := $(sort $(wildcard runtime/*.c runtime/io/*.c runtime/ukr/*.c))
UNIT_SRC     := $(sort $(wildcard tests/unit/test_*.c))
GEN          := $(BUILD)/gen

GEN_OBJ      := $(patsubst %,$(BUILD)/obj/gen/%.o, \
                  $(if $(wildcard compiler/front/scan.l),scan) \
                  $(if $(wildcard compiler/front/parse.y),parse) \
                  $(if $(wildcard runtime/qwrt.h),qwrt_embed))
COMPILER_OBJ := $(COMPILER_SRC:%.c=$(BUILD)/obj/%.o) $(GEN_OBJ)
RUNTIME_OBJ  := $(RUNTIME_SRC:%.c=$(BUILD)/obj/%.o)
UNIT_OBJ     := $(UNIT_SRC:%.c=$(BUILD)/obj/%.o)
UNIT_BIN     := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
MAIN_OBJ     := $(BUILD)/obj/compiler/cli/main.o

.PHONY: all
all: $(BUILD)/qwc $(BUILD)/libqwrt.a $(BUILD)/libqwrt.so ## build qwc and the runtime library (default)
	@:

$(BUILD)/qwc: $(COMPILER_OBJ) $(BUILD)/libqwrt.a
	$(say) LINK $@
	$(Q)$(link) $^ $(LIBS)

$(BUILD)/libqwrt.a: $(RUNTIME_OBJ)
	$(say) AR $@
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $^

# What emitted C needs, and nothing else: members that the functions of qwrt.h
# pull out of the archive, so the library depends on libc and libm alone.
$(BUILD)/libqwrt.so: $(BUILD)/libqwrt.a $(GEN)/qwrt.map
	$(say) LINK $@
	$(Q)$(CC) -shared $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ -Wl,-soname,libqwrt.so.$(ABI) \
	    $(if $(SAN),,-Wl,-z,defs) -Wl,--version-script=$(GEN)/qwrt.map \
	    $$(sed -n 's/^    \(qw_.*\);/-Wl,-u,\1/p' $(GEN)/qwrt.map) $< -lm -pthread

$(GEN)/qwrt.map: runtime/qwrt.h tools/abi.sh
	$(say) ABI $<
	@mkdir -p $(@D)
	$(Q)CC='$(CC)' tools/abi.sh QWRT_$(ABI) >$@

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(filter-out $(MAIN_OBJ),$(COMPILER_OBJ)) $(BUILD)/libqwrt.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(link) $^ -lcmocka $(LIBS)

# What feeds a text to the rooms that read it: no other file, and `fatal` comes back.
FUZZ_OBJ := $(BUILD)/obj/tests/fuzz/targets.o
FUZZ_WRAP := -Wl,--wrap=fatal -Wl,--wrap=source_load
$(BUILD)/unit/test_corpus: $(FUZZ_OBJ)
$(BUILD)/unit/test_corpus: LDFLAGS += $(FUZZ_WRAP)

$(BUILD)/guided: $(FUZZ_OBJ) $(BUILD)/obj/tests/fuzz/guided.o $(filter-out $(MAIN_OBJ),$(COMPILER_OBJ)) $(BUILD)/libqwrt.a
	$(say) LINK $@
	$(Q)$(link) -fsanitize=fuzzer $(FUZZ_WRAP) $^ $(LIBS)

# The first build has no .d files yet, so everything waits for the generated header.
$(COMPILER_OBJ) $(UNIT_OBJ) $(FUZZ_OBJ): | $(if $(wildcard compiler/front/parse.y),$(GEN)/parse.h)
$(COMPILER_OBJ) $(RUNTIME_OBJ) $(UNIT_OBJ): | $(BUILD)/.deps-seen

$(BUILD)/obj/%.o: %.c Makefile
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(compile)

$(BUILD)/obj/gen/%.o: $(GEN)/%.c Makefile
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(compile)

$(BUILD)/obj/gen/%.o: EXTRA = -Icompiler/front $(GENWARN)

AVX2   := -mavx2 -mfma -mf16c
AVX512 := $(AVX2) -mavx512f -mavx512bw -mavx512dq -mavx512vl
# The frames that gcc makes to find uses after return are not aligned to 64 bytes.
ifneq ($(findstring address,$(SAN)),)
AVX512 += $(if $(findstring clang,$(CC)),,--param asan-use-after-return=0)
endif

# Micro-kernels: the file's suffix names the ISA that it may use.
$(BUILD)/obj/runtime/%.o:             OPT := -O3
$(BUILD)/obj/runtime/%.o:             EXTRA := -fPIC -fvisibility=hidden
$(BUILD)/obj/runtime/%avx2.o:         ISA := $(AVX2)
$(BUILD)/obj/runtime/%avx512.o:       ISA := $(AVX512)
$(BUILD)/obj/runtime/%avx512vnni.o:   ISA := $(AVX512) -mavx512vnni
$(BUILD)/obj/runtime/%avx512bf16.o:   ISA := $(AVX512) -mavx512bf16 -mavx512vbmi

$(GEN)/scan.c: compiler/front/scan.l | $(BUILD)/.deps-seen
	$(say) FLEX $<
	@mkdir -p $(@D)
	$(Q)$(FLEX) -o $@ $<

$(GEN)/parse.c $(GEN)/parse.h &: compiler/front/parse.y | $(BUILD)/.deps-seen
	$(say) BISON $<
	@mkdir -p $(GEN)
	$(Q)$(BISON) -Wall -Wcounterexamples $(if $(filter 1,$(WERROR)),-Werror) \
	    --header=$(GEN)/parse.h -o $(GEN)/parse.c $<

# The header of the ABI, inside the binary: the JIT reads nothing from disk.
$(GEN)/qwrt_embed.c: runtime/qwrt.h tools/embed.sh
	$(say) EMBED $<
	@mkdir -p $(@D)
	$(Q)tools/embed.sh qwrt_header $< >$@

# --- Dependencies -----------------------------------------------------------------------

# Building only looks whether the packages are there; `demo`, `check` and `deps` install.
$(BUILD)/.deps-seen: tools/deps.sh
	@mkdir -p $(@D)
	@tools/deps.sh -n build
	@touch $@

$(BUILD)/.deps-build $(BUILD)/.deps-test: $(BUILD)/.deps-%: tools/deps.sh
	@mkdir -p $(@D)
	@tools/deps.sh $*
	@touch $@

.PHONY: deps
deps: ## install the Debian packages that building and testing need
	@tools/deps.sh build test

# --- Running and testing ----------------------------------------------------------------

.PHONY: demo
demo: $(BUILD)/.deps-build ## install what is missing, build, run the flagship at full size
	+@$(SUBMAKE) --no-print-directory all
	$(BUILD)/qwc run $(DEMO) --golden

.PHONY: check
check: $(BUILD)/.deps-test ## install what is missing, build, run all tests (T=path: some)
	+@$(SUBMAKE) --no-print-directory WERROR=1 all unit-programs $(BUILD)/share/.made
	@QWC=$(BUILD)/qwc tests/run.sh $(T)

.PHONY: bless
bless: ## rewrite the expectations of tests (T=path)
	+@$(SUBMAKE) --no-print-directory all
	@QWC=$(BUILD)/qwc tests/run.sh -b $(T)
	@git --no-pager diff --stat -- $(or $(T),tests)

.PHONY: unit unit-programs
unit: $(BUILD)/.deps-test ## build and run the unit tests
	+@$(SUBMAKE) --no-print-directory WERROR=1 unit-programs
	@QWC=$(BUILD)/qwc tests/run.sh tests/unit

unit-programs: $(UNIT_BIN)
	@:

# Each sanitizer has a build folder of its own.
ASAN_ENV := LIMIT=600 FUZZ_TIMEOUT=100 ASAN_OPTIONS=detect_stack_use_after_return=1:$$ASAN_OPTIONS \
            UBSAN_OPTIONS=print_stacktrace=1:$$UBSAN_OPTIONS

.PHONY: asan ubsan tsan
asan: ## run all tests under the address and undefined behaviour sanitizers (T=path)
	+@$(ASAN_ENV) $(MAKE) --no-print-directory BUILD=build-asan SAN=address,undefined \
	    CFLAGS='-g -DARENA_ASAN' OPT=-O1 check

ubsan: ## run all tests under the undefined behaviour sanitizer alone (T=path)
	+@$(ASAN_ENV) $(MAKE) --no-print-directory BUILD=build-ubsan SAN=undefined check

# Coverage: gcc's counters of all tests, read by gcovr.
.PHONY: cover
COVER_LOW := 90 75
cover: ## line and branch coverage of compiler and runtime; lists what is not covered
	@tools/deps.sh build test cover
	+@FUZZ_TIMEOUT=100 $(MAKE) --no-print-directory BUILD=build-cover CFLAGS='-g --coverage -fprofile-update=atomic' \
	    OPT=-O0 check
	@tools/cover.sh build-cover $(if $(T),,$(COVER_LOW))

.PHONY: fuzz
N    ?= 1000
SEED ?= 1
fuzz: all ## run N random programs and N mutants of the tests, from SEED
	@QWC=$(BUILD)/qwc tests/fuzz/run.sh -n $(N) -s $(SEED)
	@QWC=$(BUILD)/qwc tests/fuzz/run.sh -m -n $(N) -s $(SEED)

.PHONY: fuzz-guided
TIME ?= 60
fuzz-guided: ## feed what reads files with made-up ones, TIME seconds each (clang's libFuzzer)
	@tools/deps.sh build fuzz
	+@$(SUBMAKE) --no-print-directory BUILD=build-guided CC=clang OPT=-O1 \
	    SAN=fuzzer-no-link,address,undefined CFLAGS='-g -DARENA_ASAN' build-guided/guided
	@tests/fuzz/guided.sh -t $(TIME) $(TARGETS)

# --- Measuring --------------------------------------------------------------------------

# Other libraries do the same work beside us where they are installed. Nothing else needs
# them: libdnnl-dev, libxsmm-dev; libopenblas-dev is there anyway.
PEERS       := onednn libxsmm openblas loops
LIBS_onednn  := -ldnnl
LIBS_libxsmm := -lxsmm -lxsmmnoblas -ldl
LIBS_openblas := $(BLAS_LIBS)

.PHONY: bench bench-peers bench-docs
bench: bench-peers ## measure everything that docs/benchmarks.md shows (CASE=name: some)
	@QWC=$(BUILD)/qwc PEERS=$(BUILD)/bench bench/bench.py run $(CASE)

bench-docs: ## write docs/benchmarks.md from what `make bench` measured last
	@PEERS=$(BUILD)/bench bench/bench.py docs

bench-peers: all $(PEERS:%=$(BUILD)/bench/peer_%) $(BUILD)/bench/dispatch $(BUILD)/bench/gemm

$(BUILD)/bench/peer_%: bench/peer_%.c bench/peer.c bench/peer.h
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O3 -march=native -ffast-math -fopenmp $(BLAS_CFLAGS) \
	    bench/peer.c $< -o $@ $(LIBS_$*) -lm 2>$@.log || \
	    { echo "  (without $*: see $@.log)"; }

$(BUILD)/bench/%: bench/%.c $(BUILD)/libqwrt.a
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(OPT) $(CFLAGS) $(WARN) -Iruntime $< $(BUILD)/libqwrt.a -o $@ -lm

TSAN_BIN := $(patsubst tests/unit/%.c,build-tsan/unit/%,$(wildcard tests/unit/test_pool*.c))
tsan: $(BUILD)/.deps-test ## run the unit tests of the worker pool under the thread sanitizer
	+@$(SUBMAKE) --no-print-directory BUILD=build-tsan SAN=thread OPT=-O1 $(or $(TSAN_BIN),unit-programs)
	@for t in $(TSAN_BIN); do setarch -R "$$t" || exit 1; done

# --- Source care ------------------------------------------------------------------------

FMT_SRC = $(sort $(wildcard compiler/*/*.[ch] runtime/*.[ch] runtime/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.[ch]))

.PHONY: lint tidy fmt fmt-check hooks repro
lint: ## check who includes whom, the scripts, and banned functions
	@tools/lint.sh

# One file at a time, so that make runs them side by side; what was clean stays so until it
# or a header changes.  The micro-kernels are full of intrinsics that it does not know better.
TIDY_SRC := $(filter-out runtime/ukr/%,$(COMPILER_SRC) $(RUNTIME_SRC))
TIDY_OK  := $(TIDY_SRC:%=$(BUILD)/tidy/%)
tidy: $(TIDY_OK) ## run the checks of .clang-tidy

$(BUILD)/tidy/%.c: %.c .clang-tidy $(wildcard compiler/*/*.h runtime/*.h) | $(GEN)/parse.h
	$(say) TIDY $<
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(STD) $(CPPFLAGS) 2>$@.log || { cat $@.log >&2; exit 1; }
	@touch $@

repro: all $(BUILD)/share/.made ## build in another folder and compare the bytes
	@BUILD='$(BUILD)' tools/repro.sh

fmt: ## format the C files
	$(Q)clang-format -i $(FMT_SRC)

fmt-check: ## fail if a C file is not formatted
	$(Q)clang-format --dry-run -Werror $(FMT_SRC)

hooks: ## install the pre-commit hook
	install -m 755 tools/hooks/pre-commit "$$(git rev-parse --git-path hooks)/pre-commit"

# --- Installing, cleaning, help -----------------------------------------------------------

# Made by running the new qwc, from the same tables as its --help.
MANUAL := $(BUILD)/share/man

$(BUILD)/share/.made: $(BUILD)/qwc tools/man.sh tools/completion.sh runtime/qwrt.h $(wildcard docs/man/*.roff)
	$(say) MAN $(MANUAL)
	@mkdir -p $(MANUAL)
	$(Q)QWC=$(BUILD)/qwc tools/man.sh $(MANUAL)
	$(Q)QWC=$(BUILD)/qwc tools/completion.sh >$(BUILD)/share/qwc.bash
	@touch $@

.PHONY: docs
docs: $(BUILD)/qwc ## rewrite the pages of docs/ that are made from tables
	$(Q)for page in ops errors; do \
	    QWC=$(BUILD)/qwc tools/docs.sh $$page >$(BUILD)/$$page.md && mv $(BUILD)/$$page.md docs/ || exit 1; \
	done

.PHONY: install uninstall clean help
INSTALL_ENV = BUILD='$(BUILD)' PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' VERSION=$(VERSION) ABI=$(ABI)
install: all $(BUILD)/share/.made ## install qwc, its manual, the runtime library, the kernels (PREFIX, DESTDIR)
	@$(INSTALL_ENV) tools/install.sh

uninstall: $(BUILD)/share/.made ## remove what install wrote
	@$(INSTALL_ENV) tools/install.sh -r

clean: ## remove all build folders
	rm -rf $(BUILD) build-asan build-cover build-guided build-ubsan build-tsan

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+( [a-z-]+)*:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile
	@echo '  Variables: BUILD=folder V=1 WERROR=1 T=path-of-tests JOBS=n N=count SEED=n TIME=seconds PREFIX= DESTDIR='

-include $(COMPILER_OBJ:.o=.d) $(RUNTIME_OBJ:.o=.d) $(UNIT_OBJ:.o=.d) $(wildcard $(BUILD)/obj/tests/fuzz/*.d)
