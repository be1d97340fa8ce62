-- Decide what the silence about a template means, once the time for evidence is over.
--   KEYS[1] outbox hash   KEYS[2] entries to decide about (sorted set)
--   ARGV[1] clock offset ms   ARGV[2] entry number   ARGV[3] its entry id
--   ARGV[4] minutes in whose sends the provider showed that it reports: ',29900000,29900001,'
--   ARGV[5] '1' it may be sent again on silence
-- Returns 1 queued once more; 0 it stays as it is, for a person if it is in doubt still.
-- part: rows
-- part: feed
-- part: doubt
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local due = redis.call('ZSCORE', KEYS[2], ARGV[3])
if not due or tonumber(due) > now then return 0 end
redis.call('ZREM', KEYS[2], ARGV[3])
local entry = redis.call('HMGET', KEYS[1], ARGV[2], ARGV[2] .. ':p')
local meta = entry[1] and cjson.decode(entry[1])
if not meta or meta.s ~= 'unknown' or meta.r or not entry[2] then return 0 end
if ARGV[5] ~= '1' or not heard_in(ARGV[4], meta.m) then return 0 end
meta.r = 1
queue_again(KEYS[1], ARGV[2], meta, meta.ch, now, 0)
return 1
