# a store has no clamp=: what is stored must be valid only as far as the target goes
"$QWC" run -q "$ROOT/tests/run/store-out-of-bounds.pl"
