-- Keep whether somebody takes conversations; a change is a line for the pages that show it.
--   KEYS[1] presence {name: state}   KEYS[2] seen {name: ms}   KEYS[3] feed stream
--   ARGV[1] clock offset ms   ARGV[2] name   ARGV[3] state
-- Returns 1 changed, 0 it was so already.
local t = redis.call('TIME')
redis.call('HSET', KEYS[2], ARGV[2], string.format('%d', t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]))
if (redis.call('HGET', KEYS[1], ARGV[2]) or 'disconnected') == ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', 1000, '*', 'agent', ARGV[2], 'state', ARGV[3])
return 1
