-- A: stage, loss_cap. This stage will not come back (its name left the set of stages): as a sweep would find later.
for _, job in ipairs(call('SMEMBERS', P .. 'held:' .. A.stage)) do
  restart(job, 'stage ' .. A.stage .. ' was removed')
  if move(job, 'PENDING') then queue(job, priority_of(job)) end
end
call('ZREM', P .. 'stages', A.stage)
call('DEL', P .. 'ready:' .. A.stage, P .. 'held:' .. A.stage, P .. 'active:' .. A.stage, P .. 'stage:' .. A.stage)
return reply()
