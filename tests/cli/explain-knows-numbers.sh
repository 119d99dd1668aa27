# with a letter one code, without one all codes of that number
for word in 412 e412 W401 401 9999 E; do
    echo "$word:"
    $QWC explain "$word" 2>&1 | grep -e '^[EWN][0-9]*:' -e '^qwc:'
done
