-- Take places of a business's level: one a contact that gets a template outside its service window.
--   KEYS[1] places (contact → ms until when it counts)   KEYS[2] entries that wait for one (by the ms they last asked)
--   KEYS[3] what the provider said {limit}
--   ARGV[1] clock offset ms   ARGV[2] ms a place counts   ARGV[3] ms more while nobody said when the message left
--   ARGV[4] the limit where the provider said none (-1: none at all)   ARGV[5] ms an entry that stopped asking is waited for
--   then for each: its contact   the share of the level that is not for it   its entry, '' for a campaign's
-- Returns for each two numbers: {ms until the place counts, what it was before (0: free; -1: another message is leaving)},
--   {0, ms until there is room} it has to wait, or {-1, 0} there is no limit. Asked again, whoever has a place keeps it.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local limit = tonumber(redis.call('HGET', KEYS[3], 'limit') or ARGV[4])
local reply = {}
if limit < 0 then
  for _ = 6, #ARGV, 3 do
    reply[#reply + 1], reply[#reply + 2] = -1, 0
  end
  return reply
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[5])
local used, waiting = redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2])
local lasts, taken_until = now + ARGV[2], now + ARGV[2] + ARGV[3]
for i = 6, #ARGV, 3 do
  local contact, entry = ARGV[i], ARGV[i + 2]
  local before = tonumber(redis.call('ZSCORE', KEYS[1], contact) or 0)
  local most = limit - math.floor(limit * ARGV[i + 1])
  if entry == '' then most = most - waiting end  -- what waits in a lane goes before what waits in a list
  local first, second
  if before > lasts then  -- another message to the same contact is on its way: neither may shorten the place
    first, second = math.max(taken_until, before + 1), -1
  elseif before > 0 then
    first, second = taken_until, before
  elseif used < most then
    used = used + 1
    first, second = taken_until, 0
  else
    local over = math.max(0, used - math.max(most, 1))
    local frees = redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')[2]
    if entry ~= '' then
      if redis.call('ZADD', KEYS[2], now, entry) == 1 then waiting = waiting + 1 end
    end
    first, second = 0, math.max(1, math.ceil(tonumber(frees or lasts) - now))
  end
  if first > 0 then
    redis.call('ZADD', KEYS[1], first, contact)
    if entry ~= '' and redis.call('ZREM', KEYS[2], entry) == 1 then waiting = waiting - 1 end
  end
  reply[#reply + 1], reply[#reply + 2] = first, second
end
return reply
