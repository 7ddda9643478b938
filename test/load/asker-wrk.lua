-- What wrk runs in each of its threads, of which each has one connection: wrk tells a script nothing of which one it asks for.
-- From stdin, one line for each thread and turn: when the turn begins and ends, and how long after one request the next is due;
-- 0: as soon as the one before is answered. To stdout, one line of JSON of each thread once all that it asked in the turn is answered.
-- Times are milliseconds of CLOCK_MONOTONIC. `wrk ... <url> <folder> [once]`: in the folder what each connection asks for.
local ffi = require("ffi")
local C = ffi.C
ffi.cdef([[
  typedef struct { long seconds; long nanoseconds; } moment;
  typedef struct { char mutex[64]; double begin; double due; } pace;
  int clock_gettime(int clock, moment *now);
  int clock_nanosleep(int clock, int flags, const moment *at, moment *left);
  int pthread_mutex_lock(void *mutex);
  int pthread_mutex_unlock(void *mutex);
  void *calloc(size_t count, size_t size);
  void _exit(int code);
]])
local CLOCK_MONOTONIC, TIMER_ABSTIME = 1, 1

local moment = ffi.new("moment")
local requests, isOnce, pace = {}, false, nil
local nextRequest, isVerified = 0, false
local turn, due, wasWrong, isAsking = nil, 0, false, false
local times, statuses, last = {}, {}, 0

local function now()
  C.clock_gettime(CLOCK_MONOTONIC, moment)
  return tonumber(moment.seconds) * 1e3 + tonumber(moment.nanoseconds) / 1e6
end

local function sleepUntil(at)
  moment.seconds = math.floor(at / 1e3)
  moment.nanoseconds = (at % 1e3) * 1e6
  C.clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, moment, nil)
end

-- In the state of the main thread, which all others share the memory of. A mutex of zeros is an open one.
local threads, shared = 0, nil
function setup(thread)
  shared = shared or ffi.cast("intptr_t", C.calloc(1, ffi.sizeof("pace")))
  thread:set("number", threads)
  thread:set("paceAddress", tonumber(shared))
  threads = threads + 1
end

function init(args)
  pace = ffi.cast("pace *", paceAddress)
  isOnce = args[2] == "once"
  -- wrk asks the first thread for a request to look at, before there are connections.
  isVerified = number > 0
  local file = assert(io.open(args[1] .. "/" .. number, "rb"))
  for length in file:lines() do
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
end

local function count(status)
  statuses[status] = (statuses[status] or 0) + 1
end

local function say()
  local counts = {}
  for status, number in pairs(statuses) do
    counts[#counts + 1] = string.format('"%s":%d', status, number)
  end
  for i, ms in ipairs(times) do
    times[i] = string.format("%.3f", ms)
  end
  local line = '{"last":%.3f,"statuses":{%s},"times":[%s]}\n'
  io.write(line:format(last, table.concat(counts, ","), table.concat(times, ",")))
  io.flush()
  times, statuses = {}, {}
end

-- From the pace that all threads share: whichever is free takes what is due next, whether answers come or not.
local function takeDue()
  C.pthread_mutex_lock(pace.mutex)
  if pace.begin ~= turn.begin then
    pace.begin, pace.due = turn.begin, turn.begin
  end
  local at = pace.due
  pace.due = at + turn.gap
  C.pthread_mutex_unlock(pace.mutex)
  return at
end

local function waitForTurn()
  local line = io.read()
  if not line then
    C._exit(0)
  end
  local begin, ends, gap = line:match("(%S+) (%S+) (%S+)")
  turn = { begin = tonumber(begin), ends = tonumber(ends), gap = tonumber(gap) }
  last = turn.begin
end

function request()
  if not isVerified then
    isVerified = true
    return requests[1]
  end
  if isAsking then
    count("connection lost")
  end
  while true do
    if not turn then
      waitForTurn()
    end
    due = turn.gap > 0 and takeDue() or math.max(now(), turn.begin)
    if due < turn.ends then
      break
    end
    say()
    turn = nil
  end
  if isOnce and nextRequest >= #requests then
    io.stderr:write("More was asked for than there was\n")
    C._exit(1)
  end
  sleepUntil(due)
  isAsking = true
  nextRequest = nextRequest + 1
  return requests[(nextRequest - 1) % #requests + 1]
end

-- Times count from when a request was due, not from when there was a connection for it.
function response(status, _, body)
  last = now()
  isAsking = false
  times[#times + 1] = last - due
  local first, final = body:sub(1, 1), body:sub(-1)
  local isJson = first == "{" and final == "}" or first == "[" and final == "]"
  count(isJson and status or status .. ", not JSON")
  if (status >= 300 or not isJson) and not wasWrong then
    wasWrong = true
    io.stderr:write(requests[(nextRequest - 1) % #requests + 1]:match("[^\r\n]*"), ": ", status, " ", body:sub(1, 500), "\n")
  end
end
