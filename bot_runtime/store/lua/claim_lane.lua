-- Claim a lane that nobody holds, to send the entry at its head.
--   KEYS[1] lanes   KEYS[2] outbox hash   KEYS[3] lane list
--   ARGV[1] clock offset ms   ARGV[2] lane member (contact|channel)   ARGV[3] channel   ARGV[4] lease ms
--   ARGV[5] ms after which a send without an answer counts as unknown
--   ARGV[6] ms of the latest delivery report on this channel, 0 for none
-- Returns false not due, empty, or its head may still be leaving; {epoch, number, meta JSON, payload JSON}.
-- An entry that nobody answered for becomes `unknown`. Only a reply, and only once, is sent again, if the channel did
-- report on others since (silence rule): a rare double beats a contact left hanging. A template never is.
-- part: rows
-- part: feed
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
  if meta and meta.s == 'queued' then
    redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[2])
    return {redis.call('HINCRBY', KEYS[2], 'epoch:' .. ARGV[3], 1), number, entry[1], entry[2]}
  end
  if meta and meta.s == 'sending' then
    if now < meta.m + ARGV[5] then
      redis.call('ZADD', KEYS[1], meta.m + ARGV[5], ARGV[2])
      return false
    end
    if meta.k ~= 'template' and not meta.r and tonumber(ARGV[6]) > meta.m and entry[2] then
      meta.s, meta.r = 'queued', 1
    else
      meta.s = 'unknown'
      if meta.g then row_to(KEYS[2], meta.g, 'unknown', '', now) end
      redis.call('HDEL', KEYS[2], number .. ':p')
    end
    redis.call('HSET', KEYS[2], number, cjson.encode(meta))
    feed_entry(KEYS[2], number, meta)
  end
  if not meta or meta.s ~= 'queued' then redis.call('LPOP', KEYS[3]) end
end
