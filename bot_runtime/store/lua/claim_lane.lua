-- Claim a lane that nobody holds, to send the entry at its head.
--   KEYS[1] lanes   KEYS[2] outbox hash   KEYS[3] lane list
--   ARGV[1] clock offset ms   ARGV[2] lane member (contact|channel)   ARGV[3] channel   ARGV[4] lease ms
--   ARGV[5] ms after its mark that an entry in doubt holds back the next
--   ARGV[6] minutes in whose sends the provider showed that it reports: ',29900000,29900001,'
--   ARGV[7] '1' a reply may be sent again on silence
-- Returns false not due, empty, or its head waits for evidence; {epoch, number, meta JSON, payload JSON}.
-- A head still `sending` is `unknown`: its time is up, or its worker is known to be gone. Only a reply, and only once, is
-- sent again from here (silence rule); what a template's silence means is decided later (`settle_doubt.lua`).
-- part: rows
-- part: feed
-- part: doubt
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
  if meta and (meta.s == 'sending' or meta.s == 'unknown') then
    local wait_until = (meta.m or 0) + ARGV[5]
    if meta.s == 'sending' then to_unknown(KEYS[2], number, meta, ARGV[3], now) end
    if now < wait_until then
      redis.call('ZADD', KEYS[1], wait_until, ARGV[2])
      return false
    end
    if meta.k ~= 'template' and not meta.r and ARGV[7] == '1' and heard_in(ARGV[6], meta.m) and entry[2] then
      meta.r = 1
      queue_again(KEYS[2], number, meta, ARGV[3], now, 0)
    end
  end
  if not meta or meta.s ~= 'queued' then redis.call('LPOP', KEYS[3]) end
end
