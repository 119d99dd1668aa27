# What no pass may make is refused where a text says it: each line is one op of the scope.
try() {
    printf '// %s\nfunc k(%%x: read &f32[16, 8], %%i: read i32, %%y: out written &f32[16, 8]) {\n' "$1" >k.ir
    printf '    scope name("k") {\n        %%a: f32[16, 8] = load %%x [0, 0] [16, 8] shape(16, 8) safe\n' >>k.ir
    printf '        %s\n' "$1" >>k.ir
    printf '        store %%y, %%a [0, 0] safe\n    }\n}\n' >>k.ir
    $QWC compile --run-pass=none k.ir >out 2>err
    echo "$? $1"
    head -n 1 err
}
try '%b: f32[16, 8] = add %a, %i'
try '%b: f32[16, 8] = add %a, %x'
try '%b: i32[16, 8] = add %a, %a'
try '%b: f32[16, 1] = row_sum 1.0'
try '%b: f32[16, 2] = row_sum %a'
try '%b: f32[16] = row_sum %a'
try '%b: f32[16, 8, 8] = matmul %a, %a b_trans'
try '%b: f32[16, 8] = matmul %a, %a b_trans'
try '%b: f32[16, 16] = matmul %a, %a'
try '%b: f32[8] = slice %a [0, 0] [2, 8] shape(2, 8) drop(0)'
try '%b: f32[16, 8] = slice %a [0] [16, 8] shape(16, 8)'
try '%b: f32[4, 8] = slice %a [0, 0] [16, 8] shape(16, 8)'
try '%b: f32[8, 8] = reshape %a'
try '%b: f32[8, 16] = transpose %a axis(0, 2)'
try '%b: f32[16, 8] = transpose %a axis(0, 1)'
try '%b: f32[2, 2, 2, 2, 2, 2, 2] = full 0.0'
try '%b: f32[16, 8] = full %a'
try '%b: f32[16, 8] = setvalid 1.0'
try '%b: f32[8, 8] = setvalid %a'
try '%b: f32[8, 8] = expand %a'
try 'store %a, %a [0, 0]'
try 'store %y, %i [0, 0]'
try 'store %y, %a [0]'
try 'store %y, %a [0, 1.5]'
try 'write %y, %a [0, 0]'
try '%b: &f32[16, 8] = alloc [16, 8]'
try '%b: &f32[4, 4] = treshape %x [4]'
try '%b: index = sadd %a, 1'
try '%b: f32[16, 8] = sadd 1, 1'
try 'if %a { }'
try 'if 1.5 { }'
try 'for range %j = 0, 1.5, 1 { }'
try 'break'
try 'scope name("l") { }'
try '%a: f32[16, 8] = full 0.0'
try '%b: f32[16, 8] = add %c, %a'
try '%b: f32[16, 8] = full inf'
try '%b: f32[16, 8] = full -inf'
try '%b: f32[16, 8] = full nan'
try '%b: f32[16, 99999999999999999999] = full 0.0'
