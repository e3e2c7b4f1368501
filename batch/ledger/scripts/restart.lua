-- A: job, epoch, reason. The files of a running job are gone: from L0c again.
local fields = call('HMGET', P .. 'job:' .. A.job, 'epoch', 'state')
if fields[1] == A.epoch and fields[2] == 'RUNNING' then
  restart(A.job, A.reason)
  move(A.job, 'PENDING')
  queue(A.job, priority_of(A.job))
end
return reply()
