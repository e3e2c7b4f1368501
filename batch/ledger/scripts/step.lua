-- The hot path in one round trip: settle the attempt at hand, enqueue what it fired, claim the next one.
-- A: holder, seq, stage, lease_ms, cap, loss_cap; settle {member, attempt, how, record, event, cursor, reason, memory};
--    fired {job, epoch, items [[key, score], …]}; claim

local answered = call('HGET', P .. 'replies', A.holder)
if answered then
  local seq, text = string.match(answered, '^(%d+)|%d+|(.*)$')
  if tonumber(seq) == A.seq then return text end
end

-- how: DONE and WARNING append the event; FAILED and TIMEOUT count as failure; RELEASED does not count at all.
local function settle(s)
  local job, epoch, key = parts(s.member)
  local field = key .. '#' .. s.attempt
  if call('HGET', P .. 'holder', s.member) ~= A.holder .. '#' .. s.attempt then
    out.stale = true
    local text = call('HGET', P .. 'attempts:' .. job, field)
    if text and cjson.decode(text).state == 'RUNNING' then
      local record = cjson.decode(s.record)
      record.state = 'STALE'
      call('HSET', P .. 'attempts:' .. job, field, cjson.encode(record))
    end
    return
  end
  end_lease(s.member)
  call('HSET', P .. 'attempts:' .. job, field, s.record)
  if s.how == 'DONE' or s.how == 'WARNING' then
    if call('SADD', P .. 'done:' .. job, key) == 1 then call('RPUSH', P .. 'log:' .. job, s.event) end
    out.events = call('LRANGE', P .. 'log:' .. job, s.cursor, -1)
  elseif s.how == 'RELEASED' then
    again(job, epoch, key, nil, 0, '')
  else
    if s.memory then call('HSET', P .. 'count:' .. job, 'm:' .. key, s.memory) end
    again(job, epoch, key, 'f', A.cap, s.reason)
  end
end

-- What is fired already stays as it is, so an invocation fires once whoever says it and how often.
local function enqueue(f)
  local state = call('HMGET', P .. 'job:' .. f.job, 'state', 'epoch', 'stage')
  if state[2] ~= f.epoch or (state[1] ~= 'RUNNING' and state[1] ~= 'FAILED') then return end
  local set, added = ready_set(f.job, state[3]), 0
  for _, item in ipairs(f.items) do
    if call('HSETNX', P .. 'fired:' .. f.job, item[1], item[2]) == 1 then
      call('ZADD', set, item[2], member_of(f.job, f.epoch, item[1]))
      added = added + 1
    end
  end
  if added > 0 and is_assembly(f.job) then out.wake.vds = added end
  return added > 0 and state[3]
end

local function first(set)
  local head = call('ZRANGE', set, 0, 0, 'WITHSCORES')
  return head[1], tonumber(head[2])
end

-- The most urgent ready invocation of this stage or of any. What belongs to an ended job or an older epoch is dropped.
local function claim()
  local mine, any = P .. 'ready:' .. A.stage, P .. 'ready:any'
  while true do
    local set, member, score = mine, first(mine)
    local other, other_score = first(any)
    if other and call('HGET', P .. 'stage:' .. A.stage, 'drain') == '1' then other = nil end
    if other and (not member or other_score < score) then set, member = any, other end
    if not member then
      call('SREM', P .. 'active:' .. A.stage, A.holder)
      return
    end
    call('ZREM', set, member)
    local job, epoch, key = parts(member)
    local state = call('HMGET', P .. 'job:' .. job, 'state', 'epoch')
    if state[1] == 'RUNNING' and state[2] == epoch and call('SISMEMBER', P .. 'done:' .. job, key) == 0 then
      local attempt = call('HINCRBY', P .. 'count:' .. job, key, 1)
      call('ZADD', P .. 'lease', now + A.lease_ms, member)
      call('HSET', P .. 'holder', member, A.holder .. '#' .. attempt)
      call('SADD', P .. 'active:' .. A.stage, A.holder)
      call('HSET', P .. 'attempts:' .. job, key .. '#' .. attempt, cjson.encode({key = key, attempt = attempt,
        epoch = tonumber(epoch), stage = A.stage, holder = A.holder, state = 'RUNNING', start = now / 1000}))
      out.claim = {member = member, job = job, epoch = epoch, key = key, attempt = attempt, start = now / 1000,
        memory = tonumber(call('HGET', P .. 'count:' .. job, 'm:' .. key) or '1')}
      return
    end
  end
end

if A.settle then settle(A.settle) end
local fired_for
if A.fired and not out.stale then fired_for = enqueue(A.fired) end
if A.claim then claim() end
if fired_for and not out.wake.vds then wake(fired_for) end
local text = reply()
call('HSET', P .. 'replies', A.holder, A.seq .. '|' .. number(now) .. '|' .. text)
return text
