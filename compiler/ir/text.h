/* The tables that print.c and parse.c share: attributes, how operands are
 * grouped, words of enumerations.  Private to ir/. */
#ifndef QWC_IR_TEXT_H
#define QWC_IR_TEXT_H
#include "ir/ir.h"

typedef enum {
    ATTR_FLAG,  /* bool:    word                 */
    ATTR_INT,   /* int:     word(3)              */
    ATTR_INT64, /* int64_t: word(3)              */
    ATTR_FLOAT, /* double:  word(0.5)            */
    ATTR_WORD,  /* enum:    word(lt)             */
    ATTR_AXES,  /* bits:    word(0, 2)           */
    ATTR_SHAPE, /* rank of the first operand: word(16, 128) */
    ATTR_PAIR,  /* int[2]:  word(0, 1)           */
    ATTR_NAME,  /* Str:     word("text")         */
} AttrKind;
typedef struct IrAttrInfo {
    const char *word;
    AttrKind kind;
    size_t offset;            /* in IrAttrs */
    const char *const *words; /* ATTR_WORD: NULL ends; index = value */
} IrAttrInfo;
extern const IrAttrInfo ir_attr_table[];
extern const int ir_attr_count;

extern const char *const ir_loop_words[];      /* by LoopKind */
extern const char *const ir_attached_words[4]; /* valid dim stride back */

/* v: a value; g: a bracketed group of as many as the first operand's rank; G:
 * a group of all that remain.  NULL: values only. */
const char *ir_operand_layout(IrOpcode);
/* printed even when it is 0, because 0 means something */
bool ir_attr_always(IrOpcode, const IrAttrInfo *);
#endif
