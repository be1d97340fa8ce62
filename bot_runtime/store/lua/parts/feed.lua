-- Part of scripts: tell the pages that watch a ticket that one of its messages got on. The entry's meta says whether
-- anybody would (`h`); what became of it is read when somebody does. The feed's key is built from one of KEYS.
local function feed_entry(outbox, number, meta)
  if not meta.h then return end
  local shard, contact = string.match(outbox, '^(.-}:)%a+:(.+)$')
  redis.call('XADD', shard .. 'feed', 'MAXLEN', '~', 5000, '*', 'entry', contact .. '|' .. number)
end
