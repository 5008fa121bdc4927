"""Is the database the bottleneck?"""
from .panels import (BYTES, COUNT, EVENTS, INSTANCE, JOB, PERCENT, QUIET, SECONDS, dashboard, panel, quantile, rate, row,
                     thresholds, variable)

SERVER = 'job=~"$job", instance=~"$instance"'
POOL = "db_client_connection_pool_name"
STATEMENT = "db_client_operation_duration_seconds"
DATABASE = 'datname=~"$database", datname!~"template.*"'


def as_services_see_it():
    return [
        row("As services see it"),
        panel("timeseries", "Connections", "Connections of each service's pool by state. Used at the pool's limit all the "
              "time means that callers queue.", COUNT,
              ("{{job}} {{db_client_connection_state}}",
               f"sum by (job, db_client_connection_state) (db_client_connection_count{{{SERVER}}})")),
        panel("timeseries", "Pool in use", "Share of the connections a service may open that are in use. Over 80 % for "
              "minutes: look for slow statements before the pool is made larger.", PERCENT,
              ("{{job}}", f'sum by (job) (db_client_connection_count{{{SERVER}, db_client_connection_state="used"}}) / '
               f"sum by (job) (db_client_connection_max{{{SERVER}}})"), maximum=1,
              marks=thresholds("green", (0.8, "red"))),
        panel("timeseries", "Waiting callers", "Callers that wait for a connection, and those that gave up, a second. Normal "
              "is none; ConnectionPoolSaturated and ConnectionPoolExhausted follow.", COUNT,
              ("waiting {{job}}", f"sum by (job) (db_client_connection_pending_requests{{{SERVER}}})"),
              ("gave up {{job}}", rate("db_client_connection_timeouts_total", SERVER, "job")),
              marks=thresholds("green", (1, "red"))),
        panel("timeseries", "Wait for a connection", "95th percentile, by service. Normal is under a millisecond.", SECONDS,
              ("{{job}}", quantile(0.95, "db_client_connection_wait_time_seconds", SERVER, "job"))),
        panel("timeseries", "Errors by SQLSTATE", "Failed statements a second. 40001 and 40P01 are made again by themselves; "
              f"57P03 and 08xxx are a server that is away. {QUIET}", EVENTS,
              ("{{error_type}}", rate(STATEMENT + "_count", SERVER + ', error_type!=""', "error_type"))),
        panel("timeseries", "Round trips", "Packets of statements sent to the database a second. More without more requests "
              "is a loop that asks once for each row.", EVENTS,
              ("{{job}}", rate("todo_db_round_trips_total", SERVER, "job"))),
        panel("timeseries", "Time by statement", "Seconds of database time a second, for the ten kinds that take most of it. "
              "The tallest is worth an index first; explain it with docs/query-plans.md.", SECONDS,
              ("{{db_query_summary}}", f"topk(10, {rate(STATEMENT + '_sum', SERVER, 'db_query_summary')})"), width=12),
        panel("timeseries", "Slowest statements", "95th percentile of the eight slowest kinds; dots lead to traces. A kind "
              "that became slow has lost an index or waits for a lock.", SECONDS,
              ("{{db_query_summary}}", f"topk(8, {quantile(0.95, STATEMENT, SERVER, 'db_query_summary')})"), width=12,
              exemplars=True),
    ]


def as_the_server_sees_itself():
    def database(counter):
        return f"sum by (datname) (rate({counter}{{{DATABASE}}}[$__rate_interval]))"
    hits, reads = database("pg_stat_database_blks_hit"), database("pg_stat_database_blks_read")
    return [
        row("As the server sees itself (postgres-exporter)"),
        panel("timeseries", "Sessions", "Sessions by what they do. Idle in transaction that stays is a program that holds "
              "locks and does nothing.", COUNT,
              ("{{state}}", f"sum by (state) (pg_stat_activity_count{{{DATABASE}}})")),
        panel("timeseries", "Longest transaction", "Age of the oldest transaction by state. Over a minute it keeps vacuum "
              "from its work; find it in pg_stat_activity.", SECONDS,
              ("{{state}}", f"max by (state) (pg_stat_activity_max_tx_duration{{{DATABASE}}})")),
        panel("timeseries", "Locks", "Locks by mode. A hill of exclusive ones during a migration is normal, at any other "
              "time it is what everybody waits for.", COUNT, ("{{mode}}", f"sum by (mode) (pg_locks_count{{{DATABASE}}})")),
        panel("timeseries", "Transactions", "Commits and rollbacks a second. Rollbacks that climb are conflicts or errors: "
              "see Errors by SQLSTATE.", EVENTS,
              ("commit {{datname}}", database("pg_stat_database_xact_commit")),
              ("rollback {{datname}}", database("pg_stat_database_xact_rollback"))),
        panel("timeseries", "Cache hits", "Share of blocks found in memory. Normal is over 99 %; below, the working set "
              "has outgrown shared_buffers.", PERCENT, ("{{datname}}", f"{hits} / ({hits} + {reads})"), maximum=1,
              marks=thresholds("red", (0.95, "orange"), (0.99, "green"))),
        panel("timeseries", "Deadlocks, conflicts", "Deadlocks and cancelled queries a second. Normal is none; two services "
              "that lock in a different order.", EVENTS,
              ("deadlock {{datname}}", database("pg_stat_database_deadlocks")),
              ("conflict {{datname}}", database("pg_stat_database_conflicts"))),
        panel("timeseries", "Dead rows", "Rows that vacuum has not removed yet, of the ten tables with most. A table that "
              "only grows has a transaction that never ends, or no vacuum.", COUNT,
              ("{{schemaname}}.{{relname}}", 'topk(10, pg_stat_user_tables_n_dead_tup{datname=~"$database"})')),
        panel("timeseries", "Write-ahead log, checkpoints", "Bytes of write-ahead log a second and requested checkpoints an "
              "hour. Requested ones that climb: max_wal_size is too small for the load.", BYTES,
              ("bytes a second", 'rate(pg_wal_written_bytes{server=~".+"}[$__rate_interval])'),
              ("checkpoints an hour", '3600 * rate(pg_stat_bgwriter_checkpoints_req_total{server=~".+"}[$__rate_interval])')),
        panel("timeseries", "Size", "Bytes of each database on disk. Growth that outruns the number of tasks is bloat, or a "
              "retention that does not run.", BYTES, ("{{datname}}", f"pg_database_size_bytes{{{DATABASE}}}")),
    ]


def postgres():
    return dashboard(
        "todo-postgres", "PostgreSQL", "Is the database the bottleneck?",
        [JOB, INSTANCE, variable("database", "Database", 'label_values(pg_database_size_bytes{datname!~"template.*"}, datname)')],
        as_services_see_it() + as_the_server_sees_itself())
