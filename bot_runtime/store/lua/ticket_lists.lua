-- Read the lists of tickets of one shard: the first places of some of them, together, and how many others hold.
--   KEYS[1] … KEYS[n] lists to read (sorted sets), then lists to count
--   ARGV[1] n   ARGV[2] how many places   ARGV[3] 'REV' the highest first, or ''
--   ARGV[4] begin at this order, '' at the first
-- Returns {places (ticket, order), counts}. All that share an order come together, whatever number was asked for: they
-- are told apart by their ids, which the caller compares (how Lua compares texts depends on the server's locale).
local n, most, begin = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[4]
local high = ARGV[3] == 'REV'
local places, found = {}, {}
local function read(key, from, to, ...)
  if high then return redis.call('ZRANGE', key, from, to, 'BYSCORE', 'REV', ...) end
  return redis.call('ZRANGE', key, from, to, 'BYSCORE', ...)
end
for i = 1, n do
  if begin ~= '' then
    for _, each in ipairs(read(KEYS[i], begin, begin, 'WITHSCORES')) do places[#places + 1] = each end
  end
  local from = begin == '' and (high and '+inf' or '-inf') or '(' .. begin
  local some = read(KEYS[i], from, high and '-inf' or '+inf', 'LIMIT', 0, most, 'WITHSCORES')
  local last = #some == 2 * most and some[#some]
  if last then  -- the others of the last one's order, of which some may have been read
    while #some > 0 and some[#some] == last do some[#some], some[#some - 1] = nil, nil end
    for _, each in ipairs(read(KEYS[i], last, last, 'WITHSCORES')) do some[#some + 1] = each end
  end
  for j = 1, #some, 2 do found[#found + 1] = {some[j], tonumber(some[j + 1]), some[j + 1]} end
end
table.sort(found, function(a, b) if high then return a[2] > b[2] end return a[2] < b[2] end)
for i, one in ipairs(found) do
  if i > most and one[2] ~= found[most][2] then break end
  places[#places + 1] = one[1]
  places[#places + 1] = one[3]
end
local counts = {}
for i = n + 1, #KEYS do counts[#counts + 1] = redis.call('ZCARD', KEYS[i]) end
return {places, counts}
