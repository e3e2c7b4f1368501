-- A: lease_ms, stage_ms, away_ms, silence_ms, loss_cap. Expired leases go back, vanished stages lose their vDS, the idle are woken.
local last = tonumber(call('GET', P .. 'swept') or '0')
call('SET', P .. 'swept', number(now))
if last > 0 and now - last > A.silence_ms then
  -- Nobody swept for long: it was Redis that was away, or everybody. Nobody is late before they had time to answer.
  for _, member in ipairs(call('ZRANGE', P .. 'lease', 0, -1)) do
    call('ZADD', P .. 'lease', 'GT', now + A.lease_ms, member)
  end
  for _, name in ipairs(call('ZRANGE', P .. 'stages', 0, -1)) do call('ZADD', P .. 'stages', 'GT', now, name) end
  return reply()
end

out.expired, out.vanished = {}, {}
for _, member in ipairs(call('ZRANGEBYSCORE', P .. 'lease', '-inf', now)) do
  out.expired[#out.expired + 1] = member
  lose(member, 'no heartbeat')
end

-- A stage that was stopped on purpose (an upgrade) keeps its vDS for longer: it has the files.
local function is_away(name)
  return call('HGET', P .. 'stage:' .. name, 'ending') == '1'
    and now - tonumber(call('ZSCORE', P .. 'stages', name)) < A.away_ms
end

local silent = {}
for _, name in ipairs(call('ZRANGEBYSCORE', P .. 'stages', '-inf', now - A.stage_ms)) do
  if not is_away(name) then silent[#silent + 1] = name end
end
for _, name in ipairs(silent) do
  out.vanished[#out.vanished + 1] = name
  for _, job in ipairs(call('SMEMBERS', P .. 'held:' .. name)) do
    local losses = call('HINCRBY', P .. 'job:' .. job, 'losses', 1)
    restart(job, 'stage ' .. name .. ' vanished')
    if losses >= A.loss_cap then
      fail_job(job, losses .. ' stages vanished while they held it, the last was ' .. name)
    elseif move(job, 'PENDING') then
      queue(job, priority_of(job))
    end
  end
  call('ZREM', P .. 'stages', name)
  call('DEL', P .. 'ready:' .. name, P .. 'held:' .. name, P .. 'active:' .. name, P .. 'stage:' .. name)
end

-- A holder without a lease is not busy; this also forgets those that died.
local busy = {}
for _, held in ipairs(call('HVALS', P .. 'holder')) do busy[string.match(held, '^(.*)#%d+$')] = true end
for _, name in ipairs(call('ZRANGE', P .. 'stages', 0, -1)) do
  for _, holder in ipairs(call('SMEMBERS', P .. 'active:' .. name)) do
    if not busy[holder] then call('SREM', P .. 'active:' .. name, holder) end
  end
  wake(name)
end
if call('HLEN', P .. 'replies') > 500 then
  local answers = call('HGETALL', P .. 'replies')
  for i = 1, #answers, 2 do
    if now - tonumber(string.match(answers[i + 1], '^%d+|(%d+)|')) > 3600000 then call('HDEL', P .. 'replies', answers[i]) end
  end
end
local waiting = call('ZCARD', P .. 'pending') + call('ZCARD', P .. 'ready:any')
if waiting > 0 then out.wake.vds = waiting end
return reply()
