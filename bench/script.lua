-- Tables, strings, closures, sorting: a second of work at most on a slow machine.
local t = {}
for i = 1, 20000 do t[i] = (i * 7919) % 20011 end
table.sort(t)
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local parts = {}
for i = 1, 5000 do parts[#parts + 1] = string.format("%d:%x", i, t[i]) end
local text = table.concat(parts, ",")
local count = 0
for _ in text:gmatch("%d+:") do count = count + 1 end
print(fib(20), count, #text, t[1], t[#t])
