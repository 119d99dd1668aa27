/* Tables of the text form: see text.h. */
#include "ir/text.h"
#include <string.h>

const char *const ir_loop_words[] = {"range", "parallel", "pipeline", "spmd",
                                     NULL};
const char *const ir_attached_words[4] = {"valid", "dim", "stride", "back"};
static const char *const policy_words[] = {"guarded", "leading_full", NULL};
static const char *const pred_words[] = {"eq", "ne", "lt", "le",
                                         "gt", "ge", NULL};
static const char *const pad_words[] = {"zero", "min", "max", NULL};
static const char *const round_words[] = {"none", "rint",  "round", "floor",
                                          "ceil", "trunc", "odd",   NULL};
static const char *const verdict_words[] = {"unknown", "independent",
                                            "undecided", "sequential", NULL};

#define AT(word, kind, field, words)                \
    {                                               \
        word, kind, offsetof(IrAttrs, field), words \
    }
const IrAttrInfo ir_attr_table[] = {
    AT("name", ATTR_NAME, name, NULL),
    AT("chunk", ATTR_INT64, chunk, NULL),
    AT("policy", ATTR_WORD, policy, policy_words),
    AT("stage", ATTR_INT, stage, NULL),
    AT("chunked", ATTR_FLAG, chunked, NULL),
    AT("task", ATTR_FLAG, task, NULL),
    AT("verdict", ATTR_WORD, verdict, verdict_words),
    AT("strips", ATTR_FLAG, strips, NULL),
    AT("flat", ATTR_FLAG, flat, NULL),
    AT("part", ATTR_FLAG, part, NULL),
    AT("shape", ATTR_SHAPE, shape, NULL),
    AT("drop", ATTR_AXES, drop, NULL),
    AT("axis", ATTR_PAIR, axis, NULL),
    AT("pred", ATTR_WORD, pred, pred_words),
    AT("mode", ATTR_WORD, round, round_words),
    AT("fill", ATTR_WORD, pad, pad_words),
    AT("finit", ATTR_FLOAT, finit, NULL),
    AT("iinit", ATTR_INT64, iinit, NULL),
    AT("block_len", ATTR_INT64, block_len, NULL),
    AT("period", ATTR_INT, period, NULL),
    AT("mask", ATTR_INT, mask, NULL),
    AT("a_trans", ATTR_FLAG, a_trans, NULL),
    AT("b_trans", ATTR_FLAG, b_trans, NULL),
    AT("b_cast", ATTR_FLAG, b_cast, NULL),
    AT("clamp", ATTR_FLAG, clamp, NULL),
    AT("atomic", ATTR_FLAG, atomic, NULL),
    AT("rows", ATTR_INT64, rows, NULL),
    AT("direct", ATTR_FLAG, direct, NULL),
    AT("unfilled", ATTR_FLAG, unfilled, NULL),
    AT("exhausted", ATTR_FLAG, exhausted, NULL),
    AT("ladder", ATTR_INT, ladder, NULL),
    AT("nowrap", ATTR_FLAG, nowrap, NULL),
    AT("safe", ATTR_FLAG, safe, NULL),
};
const int ir_attr_count = (int)LEN(ir_attr_table);

const char *ir_operand_layout(IrOpcode op)
{
    switch (op) {
    case IR_ALLOC: return "G";
    case IR_VIEW: return "vggg";
    case IR_TRESHAPE: return "vG";
    case IR_LOAD:
    case IR_SLICE: return "vgg";
    case IR_STORE:
    case IR_COPY:
    case IR_WRITE:
    case IR_ASSEMBLE:
    case IR_TWRITE: return "vvg";
    case IR_READ:
    case IR_TREAD: return "vg";
    default: return NULL;
    }
}

bool ir_attr_always(IrOpcode op, const IrAttrInfo *at)
{
    switch (op) {
    case IR_SCMP:
    case IR_CMP: return strcmp(at->word, "pred") == 0;
    case IR_PAD: return strcmp(at->word, "fill") == 0;
    case IR_TTRANSPOSE:
    case IR_TRANSPOSE: return strcmp(at->word, "axis") == 0;
    case IR_LOAD:
    case IR_SLICE: return strcmp(at->word, "shape") == 0;
    default: return false;
    }
}
