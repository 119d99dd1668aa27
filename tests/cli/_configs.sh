# The small configurations of the flagships.  common NAME: options for every
# file; head NAME, tuned NAME: those of the baseline and of the tuned LM head.
# shellcheck disable=SC2034 # read by the scripts that source this file
common() {
    case $1 in
    micro) echo "-D config.HEAD_DIM=16 -D config.NUM_HEADS=10 -D config.NUM_KV_HEADS=2 -D config.FINAL_RMS_K_CHUNK=32 -D config.VOCAB=256 -D config.BATCH_TILE=8 -D config.Q_HEAD_PAD=8" ;;
    mini) echo "-D config.HEAD_DIM=32 -D config.NUM_HEADS=10 -D config.NUM_KV_HEADS=2 -D config.FINAL_RMS_K_CHUNK=64 -D config.VOCAB=1024" ;;
    tails) echo "-D config.HEAD_DIM=32 -D config.NUM_HEADS=10 -D config.NUM_KV_HEADS=2 -D config.FINAL_RMS_K_CHUNK=80 -D config.VOCAB=960 -D config.BATCH_TILE=8" ;;
    small) echo "-D config.HEAD_DIM=128 -D config.NUM_HEADS=10 -D config.NUM_KV_HEADS=2 -D config.FINAL_RMS_K_CHUNK=128 -D config.VOCAB=8192" ;;
    esac
}

head_steps() {
    case $1 in
    micro) echo "-D config.VOCAB_CHUNK=32 -D config.LM_HEAD_K_CHUNK=32" ;;
    mini | tails) echo "-D config.VOCAB_CHUNK=64 -D config.LM_HEAD_K_CHUNK=64" ;;
    small) echo "-D config.VOCAB_CHUNK=64 -D config.LM_HEAD_K_CHUNK=128" ;;
    esac
}

tuned_steps() {
    p="-D rms_lm_head_tuned"
    case $1 in
    micro) echo "$p.VOCAB_CHUNK=64 $p.LM_HEAD_K_CHUNK=80" ;;
    mini) echo "$p.VOCAB_CHUNK=128 $p.LM_HEAD_K_CHUNK=160" ;;
    tails) echo "$p.VOCAB_CHUNK=64 $p.LM_HEAD_K_CHUNK=160" ;;
    small) echo "$p.VOCAB_CHUNK=256 $p.LM_HEAD_K_CHUNK=640" ;;
    esac
}

HEAD=$ROOT/kernels/qwen3_14b/rms_lm_head.pl
TUNED=$ROOT/kernels/qwen3_14b/rms_lm_head_tuned.pl

# Steps and sizes of the decode kernels, beyond `common` and `head_steps`.
layer_steps() {
    case $1 in
    micro) sizes 256 64 32 32 8 32 ;;
    mini) sizes 768 128 64 32 16 64 ;;
    tails) sizes 768 128 64 64 16 56 ;;
    small) sizes 2560 256 256 256 64 256 ;;
    esac
}

sizes() { # INTERMEDIATE MLP_OUT_CHUNK STEP KV_OUT_CHUNK SEQ_TILE MAX_SEQ
    p="-D config"
    echo "$p.INTERMEDIATE=$1 $p.MLP_OUT_CHUNK=$2 $p.KV_OUT_CHUNK=$4 $p.SEQ_TILE=$5 $p.MAX_SEQ=$6"
    for step in INPUT_PROJ_K_CHUNK KV_PROJ_K_CHUNK Q_OUT_CHUNK K_CHUNK OUT_PROJ_K_CHUNK OUT_PROJ_N_CHUNK \
        DOWN_MLP_CHUNK DOWN_OUT_CHUNK; do
        echo "$p.$step=$3"
    done
}

layer_options() { # NAME: all options of a decode kernel
    echo "$(common "$1") $(head_steps "$1") $(layer_steps "$1")"
}

LAYER=$ROOT/kernels/qwen3_14b/decode_layer.pl
FWD=$ROOT/kernels/qwen3_14b/decode_fwd.pl
