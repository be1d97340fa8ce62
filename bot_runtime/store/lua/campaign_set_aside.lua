-- Count the pending rows of a campaign in one shard whose contacts would be set aside if it were sent now.
--   KEYS[1] rows   KEYS[2] what is left to do
--   ARGV[1] what contacts' keys begin with, of this shard   ARGV[2] the contact's field that holds an opt-out
--   ARGV[3] place in what is left to begin at   ARGV[4] how many to look at
-- Returns {how many were looked at, how many have opted out}. Nothing is changed; the turn that sends asks again.
local numbers = redis.call('LRANGE', KEYS[2], ARGV[3], ARGV[3] + ARGV[4] - 1)
if #numbers == 0 then return {0, 0} end
local out = 0
for _, row in ipairs(redis.call('HMGET', KEYS[1], unpack(numbers))) do
  local contact = row and cjson.decode(row).contact
  if contact and redis.call('HEXISTS', ARGV[1] .. contact, ARGV[2]) == 1 then out = out + 1 end
end
return {#numbers, out}
