-- Claim a lane that nobody holds, to send the entry at its head.
--   KEYS[1] lanes   KEYS[2] outbox hash   KEYS[3] lane list
--   ARGV[1] clock offset ms   ARGV[2] lane member (contact|channel)   ARGV[3] channel   ARGV[4] lease ms
--   ARGV[5] ms after which a send without an answer counts as unknown
-- Returns false not due, empty, or its head may still be leaving; {epoch, number, meta JSON, payload JSON}.
-- An entry whose sender is gone becomes `unknown`, never sent again on a guess; its wait runs since the attempt.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local due = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not due or tonumber(due) > now then return false end
while true do
  local number = redis.call('LINDEX', KEYS[3], 0)
  if not number then
    redis.call('ZREM', KEYS[1], ARGV[2])
    return false
  end
  local entry = redis.call('HMGET', KEYS[2], number, number .. ':p')
  local meta = entry[1] and cjson.decode(entry[1])
  if meta and meta.s == 'queued' and entry[2] then
    redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[2])
    return {redis.call('HINCRBY', KEYS[2], 'epoch:' .. ARGV[3], 1), number, entry[1], entry[2]}
  end
  if meta and meta.s == 'sending' then
    if now < meta.m + ARGV[5] then
      redis.call('ZADD', KEYS[1], meta.m + ARGV[5], ARGV[2])
      return false
    end
    meta.s = 'unknown'
    redis.call('HSET', KEYS[2], number, cjson.encode(meta))
    redis.call('HDEL', KEYS[2], number .. ':p')
  end
  redis.call('LPOP', KEYS[3])
end
