-- A: stage, properties {name: text}. The stage lives.
call('ZADD', P .. 'stages', now, A.stage)
for name, text in pairs(A.properties) do call('HSET', P .. 'stage:' .. A.stage, name, text) end
out.held = call('SUNION', P .. 'held:' .. A.stage, P .. 'held:any')
return reply()
