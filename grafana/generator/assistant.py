"""What does the assistant do, and what does it cost?"""
from .panels import (COUNT, EVENTS, JOB, MODEL_ONLY, PERCENT, QUIET, SECONDS, dashboard, mean, panel, quantile, quantiles,
                     rate, row, thresholds, variable)

JOBS = 'job=~"$job"'
MODEL = JOBS + ', gen_ai_request_model=~"$model"'
CALLS, TOOLS, TURN = ("gen_ai_client_operation_duration_seconds", "gen_ai_execute_tool_duration_seconds",
                      "gen_ai_invoke_agent_duration_seconds")


def chats():
    return [
        row("Chats"),
        panel("timeseries", "Messages", "Messages a second that were answered. Know your usual level; a sudden zero is a "
              "limit, or a gateway that does not reach the assistant.", EVENTS,
              ("{{gen_ai_agent_name}}", rate(TURN + "_count", JOBS, "gen_ai_agent_name"))),
        panel("timeseries", "Message to answer", "Median, 95th and 99th percentile of a whole turn, the model included; dots "
              "lead to traces. Promised: 95 % within 10 s.", SECONDS, *quantiles(TURN, JOBS),
              marks=thresholds("green", (10, "red")), exemplars=True),
        panel("timeseries", "Calls a turn", "Calls of the model and of tools for each message. Two or three are normal; a "
              "climbing line is an assistant that goes round in circles.", COUNT,
              ("model", f"{rate(CALLS + '_count', JOBS)} / {rate(TURN + '_count', JOBS)}"),
              ("tools", f"{rate(TOOLS + '_count', JOBS)} / {rate(TURN + '_count', JOBS)}")),
    ]


def model():
    tokens = "gen_ai_client_token_usage"
    return [
        row("Model"),
        panel("timeseries", "Model calls", "95th percentile of calls by model; planner is the offline one. Slow here and "
              "fast in tools is the provider.", SECONDS,
              ("{{gen_ai_request_model}}", quantile(0.95, CALLS, MODEL, "gen_ai_request_model"))),
        panel("timeseries", "First text", "95th percentile until the first text of an answer: what a user waits for. Normal "
              "is under 2 s.", SECONDS,
              ("{{gen_ai_request_model}}", quantile(0.95, "gen_ai_client_operation_time_to_first_chunk_seconds", MODEL,
                                                    "gen_ai_request_model"))),
        panel("timeseries", "Failed calls", "Calls of a model that failed, by reason. Normal is none; the planner answers "
              f"meanwhile. {QUIET}", EVENTS,
              ("{{error_type}}", rate(CALLS + "_count", MODEL + ', error_type!=""', "error_type"))),
        panel("timeseries", "Tokens", "Tokens a second by model, in and out. Input that climbs at the same number of "
              f"messages is a conversation or a tool answer that grew. {MODEL_ONLY}", EVENTS,
              ("{{gen_ai_request_model}} {{gen_ai_token_type}}",
               rate(tokens + "_sum", MODEL, "gen_ai_request_model, gen_ai_token_type"))),
        panel("timeseries", "Tokens a call", "Mean tokens of one call. Input near the model's window is about to fail. "
              f"{MODEL_ONLY}", COUNT, ("{{gen_ai_token_type}}", mean(tokens, MODEL, "gen_ai_token_type"))),
        panel("stat", "Cost", "US dollars an hour at the speed of now, where prices are configured. Compare it with what was "
              f"agreed. {MODEL_ONLY}", COUNT,
              ("{{gen_ai_request_model}}", f"3600 * {rate('todo_ai_cost_usd_total', MODEL, 'gen_ai_request_model')}"),
              spark=True),
    ]


def tools():
    failed = rate(TOOLS + "_count", JOBS + ', error_type!=""', "gen_ai_tool_name")
    every = rate(TOOLS + "_count", JOBS, "gen_ai_tool_name")
    return [
        row("Tools and guardrails"),
        panel("timeseries", "Tool calls", "Calls of tools a second: what users ask for. A tool that is called far more often "
              "than messages come is a loop.", EVENTS, ("{{gen_ai_tool_name}}", every)),
        panel("timeseries", "Failed tool calls", "Share of calls of a tool that failed. Promised are 99 % of successes; one "
              "tool at fault is its service, all of them the way to it.", PERCENT,
              ("{{gen_ai_tool_name}}", f"({failed} or 0 * {every}) / {every}"), marks=thresholds("green", (0.01, "red"))),
        panel("timeseries", "Guardrails", "Decisions of guardrails a second, by stage. Blocks that climb are an attack, or a "
              "new phrase that people use.", EVENTS,
              ("{{stage}} {{guardrail}} {{decision}}",
               rate("todo_ai_guardrail_decisions_total", JOBS, "stage, guardrail, decision"))),
        panel("timeseries", "Confirmations", "Questions for the user's word before something destructive, and their answers. "
              "Many declined ones mean that the assistant misunderstands.", EVENTS,
              ("{{outcome}}", rate("todo_ai_confirmations_total", JOBS, "outcome"))),
        panel("timeseries", "Fallbacks", "Messages that the planner answered for the model, by reason. Normal is none; the "
              f"model is away. {QUIET}", EVENTS, ("{{reason}}", rate("todo_ai_fallbacks_total", JOBS, "reason"))),
        panel("timeseries", "Memory", "Conversations kept, and those that could not be. Failures are the state store behind "
              "the sidecar.", EVENTS, ("{{outcome}}", rate("todo_ai_memory_operations_total", JOBS, "outcome"))),
    ]


def assistant():
    return dashboard(
        "todo-ai", "Assistant", "What does the assistant do, how well, and what does it cost?",
        [JOB, variable("model", "Model", f"label_values({CALLS}_count, gen_ai_request_model)")],
        chats() + model() + tools())
