/* Inside of the torch module: what torch*.c share.  Whole tensors themselves
 * are runtime/tensor.h; these files only read arguments, call it, and turn its
 * errors into exceptions (E0806). */
#ifndef QWC_TORCH_H
#define QWC_TORCH_H
#include "host/host.h"
#include "tensor.h"

struct TorchState {
    QwTcx cx;
    uint64_t seed, draw; /* of the default generator */
};

typedef struct Generator {
    Obj o;
    uint64_t seed, draw;
} Generator;
extern const NativeType generator_type;
extern const NativeType pair_type; /* values and indices */

/* submodules, for the table of built-in modules */
extern const ModuleDef torch_nn_module;         /* "torch.nn" */
extern const ModuleDef torch_cuda_module;       /* "torch.cuda": no device */
extern const ModuleDef torch_functional_module; /* "torch.nn.functional" */

static inline QwTcx *tcx(Interp *in)
{
    return &in->torch->cx;
}

/* torch.c */
Value torch_failed(Interp *); /* raises what the tensor library reports */
static inline Value torch_done(Interp *in, bool ok)
{
    return ok ? v_none() : torch_failed(in);
}
/* args_bind where a method's receiver is the first argument */
bool torch_bind(Interp *, CallArgs *, const char *sig, Value *out);
QwTensor *torch_tensor_arg(Interp *, Value,
                           const char *what); /* borrowed; NULL: raised */
bool torch_dim_arg(Interp *, Value, int def, int *dim); /* unset, None: def */
bool torch_dtype_arg(Interp *, Value, QwDtype def,
                     QwDtype *);        /* unset, None: def */
bool torch_device_arg(Interp *, Value); /* only the CPU */
/* sizes: the tuple of *sizes (one sequence or ints); rank, or -1: raised */
int torch_sizes(Interp *, Value tuple, int64_t shape[QWT_RANK]);
bool torch_is_dtype(Value);
bool torch_number(Value, QwtArg *); /* int, float, bool */
/* can a tensor of the dtype hold the number? raises where not */
bool torch_fits(Interp *, QwDtype, const QwtArg *);
bool torch_operand(Interp *, Value,
                   QwtArg *); /* ... or tensor; false: TypeError raised */
/* (seed, draw) of the next random call */
bool torch_next_draw(Interp *, Value generator, uint64_t *seed, uint64_t *draw);
Value torch_item(Interp *, QwTensor *); /* the only element as a number */
/* an element of an integer dtype or bool; one above 2^63 has no int: E0802 */
Value torch_integer(Interp *, QwDtype, int64_t);
/* a tensor of a tensor, number or nested sequence; owned; dtype -1: inferred */
QwTensor *torch_from_value(Interp *, Value, int dtype);
/* takes both; `of`: the function that made them */
Value torch_pair(Interp *, const char *of, QwTensor *const t[2]);

/* Each function serves the module and, where torch has one, the method. */
Value torch_elementwise(Interp *, CallArgs *); /* op named by args->fname */
#define TORCH_FN(name) Value torch_##name(Interp *, CallArgs *)
/* torch_make.c */
TORCH_FN(zeros);
TORCH_FN(ones);
TORCH_FN(empty);
TORCH_FN(full);
TORCH_FN(arange);
TORCH_FN(linspace);
TORCH_FN(eye);
TORCH_FN(tensor);
TORCH_FN(rand);
TORCH_FN(randn);
TORCH_FN(randint);
TORCH_FN(like);
TORCH_FN(full_like);
TORCH_FN(new);
TORCH_FN(new_full);
TORCH_FN(randint_like);
TORCH_FN(uniform_);
TORCH_FN(normal_);
/* torch_elem.c */
TORCH_FN(addsub);
TORCH_FN(div);
TORCH_FN(clamp);
TORCH_FN(where);
TORCH_FN(isclose);
TORCH_FN(allclose);
TORCH_FN(equal);
TORCH_FN(inplace);
TORCH_FN(clamp_);
TORCH_FN(fill_);
TORCH_FN(copy_);
TORCH_FN(round);
/* torch_shape.c */
TORCH_FN(view);
TORCH_FN(reshape);
TORCH_FN(permute);
TORCH_FN(transpose);
TORCH_FN(t);
TORCH_FN(unsqueeze);
TORCH_FN(squeeze);
TORCH_FN(flatten);
TORCH_FN(expand);
TORCH_FN(expand_as);
TORCH_FN(narrow);
TORCH_FN(chunk);
TORCH_FN(split);
TORCH_FN(unbind);
TORCH_FN(clone);
TORCH_FN(contiguous);
TORCH_FN(to);
TORCH_FN(to_named);
TORCH_FN(self);
TORCH_FN(cat);
TORCH_FN(stack);
TORCH_FN(repeat);
TORCH_FN(tile);
TORCH_FN(tril);
TORCH_FN(select);
TORCH_FN(flip);
/* torch_reduce.c */
TORCH_FN(reduce);
TORCH_FN(extreme);
TORCH_FN(arg);
TORCH_FN(var);
TORCH_FN(norm);
TORCH_FN(cumsum);
TORCH_FN(softmax);
TORCH_FN(topk);
TORCH_FN(sort);
TORCH_FN(argsort);
TORCH_FN(matmul);
TORCH_FN(outer);
TORCH_FN(gather);
TORCH_FN(scatter);
TORCH_FN(index_add);
TORCH_FN(nonzero);
TORCH_FN(rms_norm);
TORCH_FN(numel);
/* torch_more.c */
TORCH_FN(gelu);
TORCH_FN(linear);
TORCH_FN(layer_norm);
TORCH_FN(one_hot);
TORCH_FN(embedding);
TORCH_FN(pad);
TORCH_FN(masked_fill);
TORCH_FN(masked_select);
TORCH_FN(repeat_interleave);
TORCH_FN(randperm);
TORCH_FN(addmm);
TORCH_FN(is_floating_point);
TORCH_FN(einsum);
#undef TORCH_FN
/* torch_index.c */
Value tensor_getitem(Interp *, Value self, Value index);
bool tensor_setitem(Interp *, Value self, Value index, Value v);
/* torch_print.c */
bool tensor_repr(Interp *, Value self, Text *);
#endif
