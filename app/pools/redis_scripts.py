"""What Redis does as one step: Lua scripts, for Redis 6.2 and newer (LPOP with a count).

KEYS: 1 the name of a pool, 2 the index of all pools (a sorted set by time of last use), 3 the lock for refilling it.
A pool's list is named after the run of the server too: a server that comes back with an older snapshot would bring back
drawings that were handed out since, and so its pools begin anew. A script deletes a value of another type under
a name of ours, and nothing else: where `maxmemory` is reached Redis refuses a script's first write, if it may need
memory, and no later one. Taking has to work all the same.
"""

LIST = """
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
local pool = KEYS[1] .. ':' .. run
local kind = redis.call('TYPE', pool).ok
if kind ~= 'list' and kind ~= 'none' then redis.call('DEL', pool) end
local now = redis.call('TIME')[1]
"""

# ARGV: 1 how many, 2 seconds until an unused pool expires. Returns how many are left, then the entries.
TAKE = (
    LIST
    + """
local taken = redis.call('LPOP', pool, ARGV[1]) or {}
redis.call('EXPIRE', pool, ARGV[2])
redis.pcall('ZADD', KEYS[2], 'XX', now, pool)
return {redis.call('LLEN', pool), unpack(taken)}
"""
)

# ARGV: 1 token, 2 milliseconds, 3 low-water mark, 4 drawings of a full pool. Returns how many are missing, or 0.
LEASE = (
    LIST
    + """
local level = redis.call('LLEN', pool)
if level > tonumber(ARGV[3]) then return 0 end
if redis.call('PTTL', KEYS[3]) == -1 then redis.call('DEL', KEYS[3]) end
if not redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
return ARGV[4] - level
"""
)

# KEYS: 1 the lock. ARGV: 1 token.
RELEASE = """
if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

# ARGV: 1 token, 2 milliseconds, 3 seconds until an unused pool expires, 4 drawings of a full pool, 5 most pools, 6 most
# bytes, 7... entries. After RPUSH nothing can fail: an error says that nothing was added. Returns how many there are.
PUT = (
    LIST
    + """
kind = redis.call('TYPE', KEYS[2]).ok
if kind ~= 'zset' and kind ~= 'none' then redis.call('DEL', KEYS[2]) end
redis.call('ZADD', KEYS[2], now, pool)
redis.call('EXPIRE', KEYS[2], ARGV[3])
local level = redis.call('LLEN', pool)
local last = math.min(#ARGV, 6 + ARGV[4] - level)
if last > 6 then level = redis.call('RPUSH', pool, unpack(ARGV, 7, last)) end
redis.pcall('EXPIRE', pool, ARGV[3])
if redis.pcall('GET', KEYS[3]) == ARGV[1] then redis.pcall('PEXPIRE', KEYS[3], ARGV[2]) end
local pools, bytes = {}, 0
for _, name in ipairs(redis.pcall('ZRANGE', KEYS[2], 0, -1)) do
  local size = redis.pcall('MEMORY', 'USAGE', name)
  if type(size) == 'number' then
    table.insert(pools, {name, size})
    bytes = bytes + size
  else
    redis.pcall('ZREM', KEYS[2], name)
  end
end
while #pools > 1 and (#pools > tonumber(ARGV[5]) or bytes > tonumber(ARGV[6])) do
  local least = table.remove(pools, pools[1][1] == pool and 2 or 1)
  bytes = bytes - least[2]
  redis.pcall('DEL', least[1])
  redis.pcall('ZREM', KEYS[2], least[1])
end
while level > 0 and bytes > tonumber(ARGV[6]) do
  redis.pcall('RPOP', pool)
  level = level - 1
  bytes = level > 0 and redis.pcall('MEMORY', 'USAGE', pool) or 0
  if type(bytes) ~= 'number' then break end
end
return level
"""
)
