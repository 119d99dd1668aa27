# A parallel loop whose offsets come from memory runs on all threads; whether
# its iterations met is found afterwards (E0913), on any number of threads.
for mode in "" "--threads 1" "--engine=cc" "--fusion=off" "--parallel=trust" "--parallel=proven" "--parallel=off"; do
    for last in 7 5; do
        [ "$mode$last" = --parallel=trust5 ] && continue # a race nobody looks for
        # shellcheck disable=SC2086
        $QWC run "$TESTDIR/_scatter_rows.pl" --golden -D LAST=$last $mode >out 2>err
        echo "exit $? LAST=$last $mode $(head -n 1 err)"
    done
done
