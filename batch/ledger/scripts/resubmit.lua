-- A: ds, fresh_ms, from_start. What failed goes on where it stopped if its stage still has the files, else from L0c;
-- what was cancelled (its scratch is freed) from L0c. The counts of failures start anew, the numbers of attempts do not.
out.resubmitted = {}
for _, id in ipairs(call('HKEYS', P .. 'jobs:' .. A.ds)) do
  local job = A.ds .. '/' .. id
  local fields = call('HMGET', P .. 'job:' .. job, 'state', 'stage', 'epoch')
  local state, stage, epoch = fields[1], fields[2], fields[3]
  if state == 'FAILED' or state == 'CANCELLED' then
    out.resubmitted[#out.resubmitted + 1] = id
    move(job, 'PENDING')
    forgive(job)
    local beat = stage and tonumber(call('ZSCORE', P .. 'stages', stage) or '0') or 0
    local alive = stage and (stage == 'any' or now - beat < A.fresh_ms)
    if alive and state == 'FAILED' and not A.from_start then
      move(job, 'RUNNING')
      call('HSET', P .. 'job:' .. job, 'reason', '')
      call('SADD', P .. 'held:' .. stage, job)
      local fired = call('HGETALL', P .. 'fired:' .. job)
      for i = 1, #fired, 2 do
        local member = member_of(job, epoch, fired[i])
        if call('SISMEMBER', P .. 'done:' .. job, fired[i]) == 0 and not call('ZSCORE', P .. 'lease', member) then
          call('ZADD', ready_set(job, stage), fired[i + 1], member)
        end
      end
      if stage == 'any' then out.wake.vds = (out.wake.vds or 0) + 1 else wake(stage) end
    else
      restart(job, 'resubmitted')
      queue(job, priority_of(job))
    end
  end
end
if #out.resubmitted > 0 then call('HDEL', P .. 'ds:' .. A.ds, 'cancelled', 'finished') end
return reply()
