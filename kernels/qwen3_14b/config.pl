"""Qwen3-14B decode: the constants that all its kernels share.

A derived value is computed from the ones above it, so the model can be shrunk from
the command line, for tests and for a first look:

    -D config.HEAD_DIM=32 -D config.NUM_HEADS=10 -D config.NUM_KV_HEADS=2 ...

Chunk constants are steps, not facts about the model: retuning one changes the speed
of a kernel, never its result. The file whose loops take a step asserts that it divides.
"""
import pypto.language as pl

__all__ = [
    # model
    "NUM_LAYERS", "NUM_HEADS", "NUM_KV_HEADS", "HEAD_DIM", "HALF_DIM", "HIDDEN", "KV_HIDDEN",
    "INTERMEDIATE", "VOCAB", "MAX_SEQ",
    # numeric
    "EPS", "HIDDEN_INV", "HEAD_DIM_INV", "ATTN_SCALE",
    # grouping
    "BATCH", "BATCH_TILE", "Q_PER_KV", "Q_HEAD_BATCH", "Q_HEAD_PAD", "Q_GROUPS", "TOTAL_Q_GROUPS",
    "SEQ_TILE", "BLOCK_SIZE", "MAX_BLOCKS_PER_SEQ",
    # chunks
    "INPUT_PROJ_K_CHUNK", "KV_PROJ_K_CHUNK", "Q_OUT_CHUNK", "KV_OUT_CHUNK", "K_CHUNK",
    "OUT_PROJ_K_CHUNK", "OUT_PROJ_N_CHUNK", "MLP_OUT_CHUNK", "DOWN_MLP_CHUNK", "DOWN_OUT_CHUNK",
    "FINAL_RMS_K_CHUNK", "LM_HEAD_K_CHUNK", "VOCAB_CHUNK",
    # form
    "SPMD", "MLP_SPMD_INNER",
    # dynamic dimensions
    "USER_BATCH_DYN", "KV_CACHE_ROWS_DYN", "BLOCK_TABLE_FLAT_DYN", "ROPE_SEQ_DYN", "LAYER_DYN",
    "LAYER_HIDDEN_ROWS_DYN", "LAYER_INTER_ROWS_DYN",
]

# --- Model -----------------------------------------------------------------------------

NUM_LAYERS = 40
NUM_HEADS = 40
NUM_KV_HEADS = 8
HEAD_DIM = 128
HALF_DIM = HEAD_DIM // 2
HIDDEN = NUM_HEADS * HEAD_DIM           # 5120
KV_HIDDEN = NUM_KV_HEADS * HEAD_DIM     # 1024
INTERMEDIATE = 17_408
VOCAB = 152_064                         # 151 936 tokens, padded to a multiple of 256
MAX_SEQ = 4096

# --- Numeric ---------------------------------------------------------------------------

EPS = 1e-6
HIDDEN_INV = 1.0 / HIDDEN
HEAD_DIM_INV = 1.0 / HEAD_DIM
ATTN_SCALE = 1.0 / HEAD_DIM ** 0.5

# --- Grouping --------------------------------------------------------------------------

BATCH = 16                              # rows of every padded activation buffer
BATCH_TILE = 16                         # rows that one tile takes of it
Q_PER_KV = NUM_HEADS // NUM_KV_HEADS    # query heads that share a kv head
Q_HEAD_BATCH = 5                        # query heads of one attention tile ...
Q_HEAD_PAD = 16                         # ... and the rows that they are padded to
Q_GROUPS = Q_PER_KV // Q_HEAD_BATCH
TOTAL_Q_GROUPS = NUM_KV_HEADS * Q_GROUPS
SEQ_TILE = 256                          # positions of one attention step
BLOCK_SIZE = SEQ_TILE                   # positions of one page of the KV cache
MAX_BLOCKS_PER_SEQ = (MAX_SEQ + BLOCK_SIZE - 1) // BLOCK_SIZE

# --- Chunks ----------------------------------------------------------------------------

INPUT_PROJ_K_CHUNK = 256                # K step of q, row chunks of the input norm
KV_PROJ_K_CHUNK = 256                   # K step of k and v
Q_OUT_CHUNK = 256                       # N block of q
KV_OUT_CHUNK = 256                      # N block of k and v
K_CHUNK = 256                           # K step of gate and up, row chunks of the post norm
OUT_PROJ_K_CHUNK = 256                  # K step and N block of the out-projection
OUT_PROJ_N_CHUNK = 256
MLP_OUT_CHUNK = 256                     # N block of gate and up
DOWN_MLP_CHUNK = 256                    # K step and N block of down
DOWN_OUT_CHUNK = 256
FINAL_RMS_K_CHUNK = 128                 # row chunks of the final norm
LM_HEAD_K_CHUNK = 128                   # K step and N block of the baseline LM head
VOCAB_CHUNK = 64

# --- Form of the decode layer ----------------------------------------------------------

SPMD = False                            # attention and MLP as flat launches; goes with SEQ_TILE 128
MLP_SPMD_INNER = 2                      # N blocks of gate and up that a block of the launch does

# --- Dynamic dimensions ----------------------------------------------------------------

USER_BATCH_DYN = pl.dynamic("USER_BATCH_DYN")                # B: sequences, 1 ... BATCH
KV_CACHE_ROWS_DYN = pl.dynamic("KV_CACHE_ROWS_DYN")          # rows of all pages of all layers
BLOCK_TABLE_FLAT_DYN = pl.dynamic("BLOCK_TABLE_FLAT_DYN")    # B * pages per sequence
ROPE_SEQ_DYN = pl.dynamic("ROPE_SEQ_DYN")                    # positions of the RoPE tables
LAYER_DYN = pl.dynamic("LAYER_DYN")                          # L: layers stacked in a weight
LAYER_HIDDEN_ROWS_DYN = pl.dynamic("LAYER_HIDDEN_ROWS_DYN")  # L * HIDDEN
LAYER_INTER_ROWS_DYN = pl.dynamic("LAYER_INTER_ROWS_DYN")    # L * INTERMEDIATE

# --- What the kernels rely on ----------------------------------------------------------

assert HEAD_DIM % 2 == 0, f"RoPE rotates halves: {HEAD_DIM=} must be even"
assert NUM_HEADS % NUM_KV_HEADS == 0, f"{NUM_HEADS=} must be a multiple of {NUM_KV_HEADS=}"
assert Q_PER_KV % Q_HEAD_BATCH == 0, f"{Q_PER_KV=} must be a multiple of {Q_HEAD_BATCH=}"
assert Q_HEAD_PAD % 2 == 0 and Q_HEAD_PAD >= Q_HEAD_BATCH, f"{Q_HEAD_PAD=} must be even and hold {Q_HEAD_BATCH=} heads"
assert TOTAL_Q_GROUPS % 2 == 0, f"attention takes two groups a task: {TOTAL_Q_GROUPS=} must be even"
assert BATCH % BATCH_TILE == 0, f"{BATCH=} must be a multiple of {BATCH_TILE=}"
