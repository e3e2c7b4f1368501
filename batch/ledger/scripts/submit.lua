-- A: ds, record (JSON text), priority, chain, chain_hash, jobs {id: JSON text}, replace
local there = call('HGET', P .. 'ds:' .. A.ds, 'record')
if there and not A.replace then
  out.record = there
  return reply()
end
for _, id in ipairs(call('HKEYS', P .. 'jobs:' .. A.ds)) do
  local job = A.ds .. '/' .. id
  restart(job, 'replaced')
  forgive(job)
  call('ZREM', P .. 'pending', job)
  -- The epoch and the counts live on, so that an old holder's attempt can never be taken for a new one.
  local epoch = call('HGET', P .. 'job:' .. job, 'epoch')
  call('DEL', P .. 'job:' .. job, P .. 'attempts:' .. job)
  call('HSET', P .. 'job:' .. job, 'epoch', epoch)
end
call('DEL', P .. 'jobs:' .. A.ds, P .. 'ds:' .. A.ds)
call('SET', P .. 'chain:' .. A.chain_hash, A.chain)
call('HSET', P .. 'ds:' .. A.ds, 'record', A.record, 'submitted', number(now), 'priority', A.priority)
call('ZADD', P .. 'datastrips', now, A.ds)
for _, item in ipairs(A.jobs) do
  local id, text = item[1], item[2]
  local job = A.ds .. '/' .. id
  call('HSET', P .. 'jobs:' .. A.ds, id, text)
  call('HSETNX', P .. 'job:' .. job, 'epoch', 1)
  call('HSET', P .. 'job:' .. job, 'state', 'PENDING')
  queue(job, A.priority)
end
return reply()
