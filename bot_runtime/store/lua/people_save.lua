-- Keep a user as changed, if nobody changed them meanwhile; with the password, the end of their logins and the audit.
--   KEYS[1] users {name: JSON}   KEYS[2] passwords {name: hash}   KEYS[3] epochs {name: n}   KEYS[4] presence {name: state}
--   KEYS[5] audit list   KEYS[6] feed of presence
--   ARGV[1] name   ARGV[2] JSON it was ('' none)   ARGV[3] JSON it becomes   ARGV[4] password hash ('' as it is)
--   ARGV[5] 1: end every login   ARGV[6] 1: an administrator stops being one   ARGV[7] audit JSON
-- Returns 1 saved; 0 it is not as ARGV[2] says; -1 no active administrator would be left.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[6] == '1' then
  local left = false
  local users = redis.call('HGETALL', KEYS[1])
  for i = 1, #users, 2 do
    if users[i] ~= ARGV[1] then
      local user = cjson.decode(users[i + 1])
      if user.role == 'administrator' and user.active then left = true end
    end
  end
  if not left then return -1 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[2], ARGV[1], ARGV[4]) end
if ARGV[5] == '1' then
  redis.call('HINCRBY', KEYS[3], ARGV[1], 1)  -- sessions carry the number they began with
  if (redis.call('HGET', KEYS[4], ARGV[1]) or 'disconnected') ~= 'disconnected' then
    redis.call('XADD', KEYS[6], 'MAXLEN', '~', 1000, '*', 'agent', ARGV[1], 'state', 'disconnected')
  end
  redis.call('HDEL', KEYS[4], ARGV[1])
end
redis.call('RPUSH', KEYS[5], ARGV[7])
return 1
