/* How the tables of torch and of tensors write their rows: torch_both.def. */
#ifndef QWC_TORCH_NAMES_H
#define QWC_TORCH_NAMES_H

#define FN(n_)                        \
    {                                 \
        .name = #n_, .fn = torch_##n_ \
    }
#define AS(n_, f)                   \
    {                               \
        .name = n_, .fn = torch_##f \
    }
#define OP(n_)                               \
    {                                        \
        .name = #n_, .fn = torch_elementwise \
    }

#endif
