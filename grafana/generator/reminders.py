"""Are reminders, next instances and notifications on time?"""
from .panels import (COUNT, EVENTS, JOB, PERCENT, QUIET, SECONDS, dashboard, heat, panel, quantile, quantiles, rate, row,
                     thresholds, within)

JOBS = 'job=~"$job"'
LATE = "todo_reminder_lateness_seconds"


def firing():
    return [
        row("Reminders"),
        heat("Lateness", "Every reminder by how late it was: from its instant to the request to tell its user. Normal is the "
             "lowest row; promised are 60 s. A band above is a scheduler or a database that was away.", SECONDS, LATE, JOBS),
        panel("timeseries", "Lateness by trigger", "Median, 95th and 99th percentile; dots lead to traces. Jobs fire within "
              "a second; reminders that only the poll found were lost by the scheduler.", SECONDS,
              *quantiles(LATE, JOBS), marks=thresholds("green", (60, "red")), exemplars=True),
        panel("timeseries", "Within 60 s", "Share of reminders that were at most 60 s late, read from the bucket itself. "
              "Promised are 99.9 %; RemindersLate pages.", PERCENT, ("reminders", within(LATE, JOBS, r"60|60\\.0")),
              marks=thresholds("red", (0.999, "green"))),
        panel("timeseries", "What became of them", "Reminders a second by result. Failed attempts are made again; early is "
              "never right.", EVENTS, ("{{result}}", rate("todo_reminders_total", JOBS, "result"))),
        panel("timeseries", "Due", "Reminders that are due and have not fired. Normal is none, or a few for a moment.",
              COUNT, ("due", f"max(todo_reminders_due{{{JOBS}}})")),
        panel("timeseries", "Oldest overdue", "For how long the oldest of them is due. Over 60 s for two minutes pages "
              "(RemindersOverdue).", SECONDS, ("overdue", f"max(todo_reminder_oldest_overdue_seconds{{{JOBS}}})"),
              marks=thresholds("green", (60, "red"))),
        panel("timeseries", "Jobs", "What the sidecar's scheduler was asked for, by outcome. Failed ones are asked for again; "
              "if they go on, the poll still fires, later.", EVENTS,
              ("{{outcome}}", rate("todo_reminder_jobs_total", JOBS, "outcome"))),
        panel("timeseries", "Jobs out of step", "Reminders whose job at the scheduler is not the one they want. Near zero; a "
              "number that stays is a scheduler that does not answer.", COUNT,
              ("pending", f"max(todo_reminder_jobs_pending{{{JOBS}}})")),
    ]


def recurring():
    return [
        row("Recurring tasks"),
        panel("timeseries", "Next instances", "Requests for a next instance by frequency and result. Created and existed are "
              "both right; failed needs somebody, the series stands still.", EVENTS,
              ("{{frequency}} {{result}}", rate("todo_recurrences_generated_total", JOBS, "frequency, result"))),
        panel("timeseries", "Completion to next", "From the completion of an instance to the next one. Normal is under a "
              "second; more is the event flow, or tasks that do not answer.", SECONDS,
              *quantiles("todo_recurrence_delay_seconds", JOBS, 0.5, 0.95)),
        panel("timeseries", "Waiting", "Instances that are asked for and not made. Normal is none.", COUNT,
              ("waiting", f"max(todo_recurrence_pending{{{JOBS}}})")),
        panel("timeseries", "Oldest waiting", "For how long the oldest of them is asked for. If it climbs, see Retries for "
              "the reason.", SECONDS, ("oldest", f"max(todo_recurrence_oldest_pending_age_seconds{{{JOBS}}})")),
        panel("timeseries", "Retries", f"Attempts that have to be made again, by reason. Normal is none. {QUIET}", EVENTS,
              ("{{reason}}", rate("todo_recurrence_retries_total", JOBS, "reason"))),
    ]


def notifications():
    return [
        row("Notifications"),
        panel("timeseries", "Requests", "Requests to tell a user something, by kind. They follow the reminders that fired.",
              EVENTS, ("{{template}}", rate("todo_notification_requests_total", JOBS, "template"))),
        panel("timeseries", "Deliveries", "Deliveries that came to their end, by channel. Refused and unreachable are the "
              "receiver's side; expired means that we were late.", EVENTS,
              ("{{channel}} {{outcome}}", rate("todo_notification_deliveries_total", JOBS, "channel, outcome"))),
        panel("timeseries", "Delay", "95th percentile from the moment something could go out to its arrival, all attempts "
              "included. Channels differ; one that climbs has a receiver in trouble.", SECONDS,
              ("{{channel}}", quantile(0.95, "todo_notification_delay_seconds", JOBS, "channel"))),
        panel("timeseries", "Attempts", "Attempts to send a message, by channel and outcome. Retries that go on show a "
              "receiver that is away; its reason is in the log.", EVENTS,
              ("{{channel}} {{outcome}}", rate("todo_notification_attempts_total", JOBS, "channel, outcome"))),
        panel("timeseries", "Waiting", "Deliveries that are due and not settled. Near zero; growing, see Attempts.", COUNT,
              ("waiting", f"max(todo_notification_pending{{{JOBS}}})")),
        panel("timeseries", "Oldest waiting", "For how long the oldest of them is due. Minutes are retries of a receiver "
              "that is away, which is normal for single webhooks.", SECONDS,
              ("oldest", f"max(todo_notification_oldest_pending_age_seconds{{{JOBS}}})")),
    ]


def reminders():
    return dashboard("todo-reminders", "Reminders and notifications",
                     "Are reminders, next instances of recurring tasks and notifications on time?", [JOB],
                     firing() + recurring() + notifications())
