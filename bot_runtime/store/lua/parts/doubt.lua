-- Part of scripts (after rows and feed): an entry of which nobody knows whether the provider took it, and the three ways
-- on: evidence, once more, or a person. Its indexes are built from the outbox's key, whose slot they are in.
local TEMPLATE_SILENCE_MS = 600000

local function forget_doubt(outbox, number)
  local id = of_contact(outbox) .. '.' .. number
  redis.call('ZREM', of_shard(outbox, 'unknown'), id)
  redis.call('ZREM', of_shard(outbox, 'doubts'), id)
end

local function to_unknown(outbox, number, meta, channel, now)
  local id = of_contact(outbox) .. '.' .. number
  meta.s, meta.ch = 'unknown', channel
  redis.call('ZADD', of_shard(outbox, 'unknown'), meta.m or now, id)
  if meta.k == 'template' and not meta.r and meta.m then
    redis.call('ZADD', of_shard(outbox, 'doubts'), meta.m + TEMPLATE_SILENCE_MS, id)
  end
  if meta.g then row_to(outbox, meta.g, 'unknown', meta.e or '', now) end
  redis.call('HSET', outbox, number, cjson.encode(meta))
  feed_entry(outbox, number, meta)
end

-- Back to `queued`, at its old place in the lane or, where the lane went on meanwhile, at the end of it.
local function queue_again(outbox, number, meta, channel, now, wait)
  local contact = of_contact(outbox)
  local lane, lanes, member = of_shard(outbox, 'q:' .. contact .. ':' .. channel), of_shard(outbox, 'lanes'), contact .. '|' .. channel
  forget_doubt(outbox, number)
  meta.s, meta.ch = 'queued', nil
  if meta.g then row_again(outbox, meta.g) end
  redis.call('HSET', outbox, number, cjson.encode(meta))
  feed_entry(outbox, number, meta)
  if redis.call('LINDEX', lane, 0) == number then return redis.call('ZADD', lanes, now + wait, member) end
  if not redis.call('LPOS', lane, number) then redis.call('RPUSH', lane, number) end
  redis.call('ZADD', lanes, 'NX', now + wait, member)
end

-- Whether the provider reported on another send of that minute: only then does silence mean something.
local function heard_in(minutes, at)
  return at and string.find(minutes, ',' .. math.floor(at / 60000) .. ',', 1, true) ~= nil
end
