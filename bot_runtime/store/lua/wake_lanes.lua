-- Let lanes of a channel that only wait be looked at now: what held it is over.
--   KEYS[1] lanes
--   ARGV[1] clock offset ms   ARGV[2] '|' and the channel   ARGV[3] how many lanes to skip   ARGV[4] how many to look at
-- Returns {looked at, woken}. A lane whose entry is leaving, or failed and is tried again later, is left alone.
-- part: rows
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local found = redis.call('ZRANGE', KEYS[1], '(' .. string.format('%d', now), '+inf', 'BYSCORE', 'LIMIT', ARGV[3], ARGV[4])
local woken = 0
for _, member in ipairs(found) do
  if string.sub(member, -#ARGV[2]) == ARGV[2] then
    local contact = string.sub(member, 1, -#ARGV[2] - 1)
    local number = redis.call('LINDEX', of_shard(KEYS[1], 'q:' .. contact .. ':' .. string.sub(ARGV[2], 2)), 0)
    local stored = number and redis.call('HGET', of_shard(KEYS[1], 'o:' .. contact), number)
    local meta = stored and cjson.decode(stored)
    if meta and meta.s == 'queued' and meta.p then
      redis.call('ZADD', KEYS[1], now, member)
      woken = woken + 1
    end
  end
end
return {#found, woken}
