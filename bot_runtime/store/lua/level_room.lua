-- How a business's level stands; only looks.
--   KEYS[1] places (contact → ms until when it counts)   KEYS[2] entries that wait for one (by the ms they last asked)
--   KEYS[3] what the provider said {limit}
--   ARGV[1] clock offset ms   ARGV[2] ms an entry that stopped asking is waited for   ARGV[3] ms of a step   ARGV[4] steps
--   ARGV[5] the limit where the provider said none (-1: none at all)   ARGV[6] share that is not for a campaign
-- Returns {limit (-1: none), '1' the provider said so, places in use, entries that wait, places that a campaign could take,
--   ms until it could take one (0: at once), places that become free in each step from now on…}.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local said = redis.call('HGET', KEYS[3], 'limit')
local limit = tonumber(said or ARGV[5])
local used = redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
local waiting = redis.call('ZCOUNT', KEYS[2], '(' .. (now - ARGV[2]), '+inf')
local wait = 0
local most = limit - math.floor(limit * ARGV[6]) - waiting
if limit >= 0 and used >= most then
  local gone = redis.call('ZCOUNT', KEYS[1], '-inf', now)
  local over = gone + math.max(0, used - math.max(most, 1))
  local frees = redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')[2]
  wait = math.max(1, math.ceil(tonumber(frees or now + 1000) - now))
end
local reply = {limit, said and 1 or 0, used, waiting, math.max(0, most - used), wait}
for n = 1, ARGV[4] do
  local from, to = now + (n - 1) * ARGV[3], now + n * ARGV[3]
  reply[#reply + 1] = redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%d', from), string.format('%d', to))
end
return reply
