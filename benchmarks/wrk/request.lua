-- One request again and again, by one user after another, and the result as a line of JSON.
-- Arguments: METHOD TOKEN[,TOKEN…] [BODY]

local requests, turn = {}, 0

function init(arguments)
    wrk.method = arguments[1]
    if arguments[3] then
        wrk.body = arguments[3]
        wrk.headers["Content-Type"] = "application/json"
    end
    for token in arguments[2]:gmatch("[^,]+") do
        wrk.headers["Authorization"] = "Bearer " .. token
        table.insert(requests, wrk.format())
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
