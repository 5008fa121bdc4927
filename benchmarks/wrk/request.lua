-- One request again and again, and the result as a line of JSON.
-- Arguments: METHOD TOKEN [BODY]

function init(arguments)
    wrk.method = arguments[1]
    wrk.headers["Authorization"] = "Bearer " .. arguments[2]
    if arguments[3] then
        wrk.body = arguments[3]
        wrk.headers["Content-Type"] = "application/json"
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
