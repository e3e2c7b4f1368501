-- Put before every script. KEYS[1] is the prefix of all keys, ARGV[1] one JSON document.
-- Keys are built here from their parts, so the ledger lives in one Redis, not in a Redis Cluster.
--
--   ds:<ds>        hash   record (JSON), submitted, finished, cancelled
--   datastrips     zset   <ds> by time of submission
--   jobs:<ds>      hash   <id> -> what the job is (JSON)
--   job:<ds>/<id>  hash   state, stage, epoch, reason, queued, started, finished, losses
--   log:<job>      list   events (JSON), in order
--   fired:<job>    hash   invocation key -> score in the ready set
--   done:<job>     set    invocation keys that ended well
--   count:<job>    hash   <key> attempts; f:<key> failures, l:<key> losses, m:<key> memory factor
--   attempts:<job> hash   <key>#<attempt> -> record (JSON)
--   pending        zset   jobs that wait for a stage
--   ready:<stage>  zset   members <job>|<epoch>|<key>; ready:any for the assembly
--   lease, holder  zset, hash   member -> expiry (ms), <holder>#<attempt>
--   stages, stage:<name>, held:<stage>, active:<stage>   heartbeat (ms), properties, jobs held, busy holders
--   replies        hash   holder -> its last question's number and answer, so that asking again is harmless
local P, A = KEYS[1], cjson.decode(ARGV[1])
local call = redis.call
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local out = {wake = {}}

local function number(x) return string.format('%.0f', x) end
local function reply() return cjson.encode(out) end
local function member_of(job, epoch, key) return job .. '|' .. epoch .. '|' .. key end
local function parts(member) return string.match(member, '^([^|]*)|([^|]*)|(.*)$') end
local function owner(job) return string.match(job, '^(.*)/([^/]*)$') end
local function is_assembly(job) return string.sub(job, -3) == '/ds' end

local function ready_set(job, stage)
  if is_assembly(job) then return P .. 'ready:any' end
  return P .. 'ready:' .. stage
end

-- The one way to change a state. Gives whether it was legal.
local function move(job, to)
  local from = call('HGET', P .. 'job:' .. job, 'state')
  if not from or not LEGAL[from][to] then return false end
  call('HSET', P .. 'job:' .. job, 'state', to)
  return true
end

local function finished(job, to, reason)
  call('HSET', P .. 'job:' .. job, 'finished', number(now), 'reason', reason or '')
  local stage = call('HGET', P .. 'job:' .. job, 'stage')
  if stage then call('SREM', P .. 'held:' .. stage, job) end
end

local function queue(job, priority)
  call('HSET', P .. 'job:' .. job, 'queued', number(now))
  call('ZADD', P .. 'pending', priority, job)
  out.wake.vds = (out.wake.vds or 0) + 1
end

-- How many of a stage's idle slots there is work for.
local function wake(stage)
  local ready = call('ZCARD', P .. 'ready:' .. stage)
  local slots = tonumber(call('HGET', P .. 'stage:' .. stage, 'slots') or '1')
  local idle = slots - call('SCARD', P .. 'active:' .. stage)
  local n = math.min(ready, idle)
  if n > 0 then out.wake[stage] = n end
end

local function end_lease(member)
  local held = call('HGET', P .. 'holder', member)
  call('ZREM', P .. 'lease', member)
  call('HDEL', P .. 'holder', member)
  return held
end

-- An attempt that was cut short: its record says how.
local function close_attempt(job, field, state, reason)
  local text = call('HGET', P .. 'attempts:' .. job, field)
  if not text then return end
  local record = cjson.decode(text)
  record.state, record['end'], record.reason = state, now / 1000, reason
  record.wall_s = record['end'] - record.start
  call('HSET', P .. 'attempts:' .. job, field, cjson.encode(record))
end

local function fail_job(job, reason)
  if move(job, 'FAILED') then finished(job, 'FAILED', reason) end
end

-- Back to the ready set, unless it has been tried too often: then the job is FAILED and waits for an operator.
local function again(job, epoch, key, kind, cap, reason)
  local state = call('HMGET', P .. 'job:' .. job, 'state', 'epoch', 'stage')
  if state[2] ~= epoch then return end
  local tried = 0
  if kind then tried = call('HINCRBY', P .. 'count:' .. job, kind .. ':' .. key, 1) end
  if kind and tried >= cap then
    fail_job(job, reason)
  else
    local score = call('HGET', P .. 'fired:' .. job, key)
    if score then call('ZADD', ready_set(job, state[3]), score, member_of(job, epoch, key)) end
    if is_assembly(job) then out.wake.vds = (out.wake.vds or 0) + 1 else wake(state[3]) end
  end
end

-- The attempt is lost with its holder. It counts apart from failures of the IPF: a node may die for other reasons.
local function lose(member, reason, forgiven)
  local held = end_lease(member)
  if not held then return end
  local job, epoch, key = parts(member)
  close_attempt(job, key .. '#' .. string.match(held, '#(%d+)$'), forgiven and 'RELEASED' or 'LOST', reason)
  again(job, epoch, key, not forgiven and 'l' or nil, A.loss_cap, key .. ' was lost ' .. A.loss_cap .. ' times: ' .. reason)
end

local function leases_of(job)
  local found = {}
  for _, member in ipairs(call('ZRANGE', P .. 'lease', 0, -1)) do
    if string.sub(member, 1, #job + 1) == job .. '|' then found[#found + 1] = member end
  end
  return found
end

-- From L0c again, on any stage: what the old stage had in its scratch is out of reach.
local function restart(job, reason)
  for _, member in ipairs(leases_of(job)) do
    local held = end_lease(member)
    local _, _, key = parts(member)
    close_attempt(job, key .. '#' .. string.match(held, '#(%d+)$'), 'LOST', reason)
  end
  local stage = call('HGET', P .. 'job:' .. job, 'stage')
  if stage then call('SREM', P .. 'held:' .. stage, job) end
  call('DEL', P .. 'log:' .. job, P .. 'fired:' .. job, P .. 'done:' .. job)
  call('HINCRBY', P .. 'job:' .. job, 'epoch', 1)
  call('HDEL', P .. 'job:' .. job, 'stage', 'finished')
end

-- A new start: earlier failures no longer count. The number of attempts goes on, so no attempt is ever taken for another.
local function forgive(job)
  call('HDEL', P .. 'job:' .. job, 'losses', 'finished')
  for _, field in ipairs(call('HKEYS', P .. 'count:' .. job)) do
    local kind = string.sub(field, 1, 2)
    if kind == 'f:' or kind == 'l:' then call('HDEL', P .. 'count:' .. job, field) end
  end
end

local function priority_of(job)
  local ds = owner(job)
  return call('HGET', P .. 'ds:' .. ds, 'priority') or '0'
end
