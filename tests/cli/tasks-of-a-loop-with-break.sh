# A chunked loop that a `break` leaves is not cut, and the report says why.
"$QWC" check --tasks "$TESTDIR/_left_early.pl" 2>/dev/null
