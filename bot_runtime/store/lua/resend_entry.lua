-- Send an entry in doubt again because a person says so.
--   KEYS[1] outbox hash   KEYS[2] journal list
--   ARGV[1] clock offset ms   ARGV[2] entry number   ARGV[3] journal line JSON, with CHANNEL for the channel
--   ARGV[4] journal lines to keep
-- Returns {1, channel} queued once more; {0, its status} it is not in doubt; false there is no such entry.
-- part: rows
-- part: feed
-- part: doubt
local entry = redis.call('HMGET', KEYS[1], ARGV[2], ARGV[2] .. ':p')
if not entry[1] then return false end
local meta = cjson.decode(entry[1])
if meta.s ~= 'unknown' or not entry[2] then return {0, meta.s} end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local channel = meta.ch
meta.r, meta.f, meta.p = 1, nil, nil
queue_again(KEYS[1], ARGV[2], meta, channel, now, 0)
local line = string.gsub(ARGV[3], 'CHANNEL', (string.gsub(channel, '%%', '%%%%')), 1)
redis.call('RPUSH', KEYS[2], line)
redis.call('LTRIM', KEYS[2], -ARGV[4], -1)
return {1, channel}
