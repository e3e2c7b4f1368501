-- A: stage, hold (most vDS it may hold), free_mb (of its scratch, nil: unknown), patience_ms, fresh_ms
local mine = call('SCARD', P .. 'held:' .. A.stage)

-- Another stage that has room and holds fewer goes first, for a while: two vDS on two stages, not both on one.
local function another_is_freer()
  for _, name in ipairs(call('ZRANGEBYSCORE', P .. 'stages', now - A.fresh_ms, '+inf')) do
    if name ~= A.stage then
      local s = call('HMGET', P .. 'stage:' .. name, 'drain', 'full', 'hold', 'ending')
      local held = call('SCARD', P .. 'held:' .. name)
      if s[1] ~= '1' and s[4] ~= '1' and (not s[2] or s[2] == '') and held < mine and held < tonumber(s[3] or '1') then return true end
    end
  end
  return false
end

-- A vDS that would fill the disk is not begun; its reason can be read in the status.
local function has_room(job)
  if not A.free_mb then return true end
  local ds, id = owner(job)
  local need = cjson.decode(call('HGET', P .. 'jobs:' .. ds, id)).disk_mb or 0
  if need <= A.free_mb then return true end
  call('HSET', P .. 'job:' .. job, 'reason', 'the scratch of stage ' .. A.stage .. ' has ' .. number(A.free_mb)
    .. ' MB left, ' .. number(need) .. ' MB are needed; free some, or give a larger one')
  return false
end

local drained = call('HGET', P .. 'stage:' .. A.stage, 'drain') == '1'
if drained then return reply() end
for _, job in ipairs(call('ZRANGE', P .. 'pending', 0, 99)) do
  local fields = call('HMGET', P .. 'job:' .. job, 'epoch', 'queued')
  local ok = is_assembly(job)
  if not ok and mine < A.hold and has_room(job) then
    ok = now - tonumber(fields[2]) > A.patience_ms or not another_is_freer()
  end
  if ok then
    call('ZREM', P .. 'pending', job)
    if move(job, 'RUNNING') then
      call('HSET', P .. 'job:' .. job, 'started', number(now), 'reason', '')
      if is_assembly(job) then
        call('HSET', P .. 'job:' .. job, 'stage', 'any')
        call('SADD', P .. 'held:any', job)
      else
        call('HSET', P .. 'job:' .. job, 'stage', A.stage)
        call('SADD', P .. 'held:' .. A.stage, job)
      end
      out.job, out.epoch = job, fields[1]
      return reply()
    end
  end
end
return reply()
