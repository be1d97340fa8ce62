-- Begin a login, if the password that was right is still the user's; their failures are forgotten.
--   KEYS[1] session hash   KEYS[2] users   KEYS[3] epochs   KEYS[4] failures of the name   KEYS[5] failures from the address
--   KEYS[6] seen {name: ms}   KEYS[7] the session this one replaces (or any unused key)
--   ARGV[1] clock offset ms   ARGV[2] name   ARGV[3] epoch when the password was read   ARGV[4] ms to keep the session
--   ARGV[5] id of the try
-- Returns 1; 0 the user is not active, or the password changed meanwhile.
local t = redis.call('TIME')
local now = string.format('%d', t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1])
local user = redis.call('HGET', KEYS[2], ARGV[2])
if not user or not cjson.decode(user).active then return 0 end
if (redis.call('HGET', KEYS[3], ARGV[2]) or '0') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'user', ARGV[2], 'epoch', ARGV[3], 'since', now, 'seen', now)
redis.call('PEXPIRE', KEYS[1], ARGV[4])  -- a broom: whether it ended is looked at when it is used
redis.call('HSET', KEYS[6], ARGV[2], now)
redis.call('DEL', KEYS[4], KEYS[7])
-- The address keeps its other failures: it may be trying other names.
local known = redis.call('HMGET', KEYS[5], 'tries', 'by')
local others = {}
for _, try in ipairs(known[1] and cjson.decode(known[1]) or {}) do
  if try[2] ~= ARGV[5] then others[#others + 1] = try end
end
if #others > 0 then redis.call('HSET', KEYS[5], 'tries', cjson.encode(others)) else redis.call('HDEL', KEYS[5], 'tries') end
if known[2] == ARGV[5] then redis.call('HDEL', KEYS[5], 'until', 'waits', 'by') end
return 1
