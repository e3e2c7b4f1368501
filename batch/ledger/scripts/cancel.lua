-- A: ds. What runs loses its lease; its holder learns it by the next heartbeat and kills the IPF.
out.cancelled = {}
for _, id in ipairs(call('HKEYS', P .. 'jobs:' .. A.ds)) do
  local job = A.ds .. '/' .. id
  if move(job, 'CANCELLED') then
    out.cancelled[#out.cancelled + 1] = id
    finished(job, 'CANCELLED', 'cancelled by the operator')
    call('ZREM', P .. 'pending', job)
    for _, member in ipairs(leases_of(job)) do
      local held = end_lease(member)
      local _, _, key = parts(member)
      close_attempt(job, key .. '#' .. string.match(held, '#(%d+)$'), 'CANCELLED', 'cancelled by the operator')
    end
  end
end
if #out.cancelled > 0 then call('HSET', P .. 'ds:' .. A.ds, 'cancelled', '1') end
return reply()
