-- Mark an entry as leaving, right before its first byte: no mark, no send.
--   KEYS[1] outbox hash   KEYS[2] contact hash   KEYS[3] lanes   KEYS[4] timers
--   KEYS[5] inbox list    KEYS[6] reports on messages we did not know (hash)
--   ARGV[1] clock offset ms   ARGV[2] lane member (contact|channel)   ARGV[3] channel   ARGV[4] lane epoch
--   ARGV[5] entry number      ARGV[6] lease ms while it leaves
--   ARGV[7] least ms between two messages to this contact   ARGV[8] ms of that which may be borrowed (the burst)
--   ARGV[9] ms an entry may go on failing before it expires  ARGV[10] '1' an opt-out holds back everything, else templates only
--   ARGV[11] ms until when its slot of the number's rate is good (0: always)
-- Returns {1, ms of the mark} go; {-1} the lane or the entry is not ours to send; {-2, ms} not yet for this contact;
--   {-3, 'cancelled', 'expired', 'skipped' (the contact is left alone) or (its campaign
--   is paused) 'withdrawn'} it must not leave: settle it so; 'unknown' where it may have left before;
--   {-4, JSON of a report} the provider has it already, though the store forgot.
if redis.call('HGET', KEYS[1], 'epoch:' .. ARGV[3]) ~= ARGV[4] then return {-1} end
-- part: rows
local stored = redis.call('HGET', KEYS[1], ARGV[5])
local meta = stored and cjson.decode(stored)
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
if not meta or meta.s ~= 'queued' then
  -- A report settled it while it waited here: whoever claims the lane goes on with the next
  if not meta or meta.s ~= 'sending' then redis.call('ZADD', KEYS[3], 'XX', now, ARGV[2]) end
  return {-1}
end
local told = redis.call('HGET', KEYS[6], of_contact(KEYS[1]) .. '.' .. ARGV[5])
if told and not meta.r then return {-4, told} end
-- What may have left once, and was to be sent again, is never "not sent": it is in doubt as before.
local function never(verdict) return {-3, meta.r and 'unknown' or verdict} end
if meta.k ~= 'consent' and (ARGV[10] == '1' or meta.k == 'template') then
  if redis.call('HEXISTS', KEYS[2], 'out:' .. ARGV[3]) == 1 then return never('cancelled') end
end
if meta.k == 'template' and redis.call('LLEN', KEYS[5]) > 0 then  -- what they just wrote may be an opt-out
  redis.call('ZADD', KEYS[3], now + 300, ARGV[2])
  return {-2, 300}
end
local void = redis.call('HGET', KEYS[2], 'void:' .. ARGV[3])  -- what the bot still had to say when a person took over
if void and meta.k == 'reply' and tonumber(ARGV[5]) <= tonumber(void) then return never('cancelled') end
if meta.g then
  local gate = redis.call('HGET', of_shard(KEYS[1], 'g:' .. string.match(meta.g, '^(.*):') .. ':n'), 'gate')
  if gate == 'paused' and meta.r then  -- its row must not go back to the list as if nothing had left
    redis.call('ZADD', KEYS[3], now + 5000, ARGV[2])
    return {-2, 5000}
  end
  if gate ~= 'sending' then return never(gate == 'paused' and 'withdrawn' or 'cancelled') end
  local rests = redis.call('HGET', KEYS[2], 'rest:' .. ARGV[3])
  if rests and now < tonumber(rests) then return never('skipped') end
end
local failing_since = meta.f
if meta.f and meta.p then failing_since = meta.f + (now - meta.p) end  -- time spent waiting does not count
if failing_since and now > failing_since + ARGV[9] then return never('expired') end
if ARGV[11] ~= '0' and now > tonumber(ARGV[11]) then  -- started now it could be one too many in its second
  redis.call('ZADD', KEYS[3], now, ARGV[2])
  return {-2, 0}
end
local pause, borrow = tonumber(ARGV[7]), tonumber(ARGV[8])
if pause > 0 then
  local paid = tonumber(redis.call('HGET', KEYS[1], 'pair:' .. ARGV[3]) or 0)
  if paid < now then paid = now end
  if paid - now > borrow then
    redis.call('ZADD', KEYS[3], paid - borrow, ARGV[2])
    return {-2, paid - borrow - now}
  end
  redis.call('HSET', KEYS[1], 'pair:' .. ARGV[3], paid + pause)
end
meta.s, meta.m, meta.f, meta.p, meta.l = 'sending', now, failing_since or now, nil, ARGV[4]
redis.call('HSET', KEYS[1], ARGV[5], cjson.encode(meta))
redis.call('ZADD', KEYS[3], now + ARGV[6], ARGV[2])
if meta.w then
  local wait, ms = string.match(meta.w, '^(%d+):(%d+)$')
  if redis.call('HGET', KEYS[2], 'wait:' .. ARGV[3]) == wait then
    redis.call('ZADD', KEYS[4], now + ms, ARGV[2] .. '|' .. wait)
  end
end
return {1, now}
