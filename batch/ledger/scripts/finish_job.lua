-- A: job, epoch. The last vDS of a datastrip that ends creates the assembly; of two that end at once, one is the last.
local fields = call('HMGET', P .. 'job:' .. A.job, 'epoch', 'state')
if fields[1] ~= A.epoch or not move(A.job, 'DONE') then return reply() end
finished(A.job, 'DONE')
local ds = owner(A.job)
local record = cjson.decode(call('HGET', P .. 'ds:' .. ds, 'record'))
if not is_assembly(A.job) then
  for _, id in ipairs(call('HKEYS', P .. 'jobs:' .. ds)) do
    if call('HGET', P .. 'job:' .. ds .. '/' .. id, 'state') ~= 'DONE' then return reply() end
  end
  if record.assemble then
    local job = ds .. '/ds'
    call('HSET', P .. 'jobs:' .. ds, 'ds', record.assembly)
    call('HSETNX', P .. 'job:' .. job, 'epoch', 1)
    call('HSET', P .. 'job:' .. job, 'state', 'PENDING')
    queue(job, priority_of(job))
    return reply()
  end
end
call('HSET', P .. 'ds:' .. ds, 'finished', number(now))
out.finished = ds
return reply()
