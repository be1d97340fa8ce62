-- Whose login this is, if it still holds; looking counts as activity.
--   KEYS[1] session hash   KEYS[2] users   KEYS[3] epochs   KEYS[4] presence   KEYS[5] seen {name: ms}
--   ARGV[1] clock offset ms   ARGV[2] ms it may be idle   ARGV[3] ms it may last   ARGV[4] 1: an open page says so, which
--   is activity of those marked connected alone
-- Returns the user's JSON, or nil; a login that ended is removed.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
local session = redis.call('HMGET', KEYS[1], 'user', 'epoch', 'since', 'seen')
local name = session[1]
if not name then return nil end
local user = redis.call('HGET', KEYS[2], name)
if not user or not cjson.decode(user).active
    or (redis.call('HGET', KEYS[3], name) or '0') ~= session[2]
    or now - session[3] >= tonumber(ARGV[3])
    or now - session[4] >= tonumber(ARGV[2]) then
  redis.call('DEL', KEYS[1])
  return nil
end
if ARGV[4] ~= '1' or redis.call('HGET', KEYS[4], name) == 'connected' then
  redis.call('HSET', KEYS[1], 'seen', string.format('%d', now))
  redis.call('HSET', KEYS[5], name, string.format('%d', now))
end
return user
