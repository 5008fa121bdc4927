#!/usr/bin/env python3
"""Holds configurations of the OpenTelemetry Collector against what its documentation says, and against our own rules.

Usage: check-collector.py slo.json edge.yaml sampling.yaml

No collector is needed. The tables below name every field that we use or might, of contrib 0.154: a field that is not
there is taken for a typing error, as the collector itself would. A leaf is the kind of value it takes.
"""
import json
import re
import sys

import yaml

DURATION, SIZE, NUMBER, TEXT, FLAG, ADDRESS = "duration", "whole number", "number", "text", "true or false", "address"
LIST_OF_TEXT = [TEXT]
ANY_NAME = "*"

TLS = {"insecure": FLAG, "ca_file": TEXT, "cert_file": TEXT, "key_file": TEXT, "insecure_skip_verify": FLAG}
QUEUE = {"enabled": FLAG, "num_consumers": SIZE, "queue_size": SIZE, "storage": TEXT, "block_on_overflow": FLAG}
RETRY = {"enabled": FLAG, "initial_interval": DURATION, "max_interval": DURATION, "max_elapsed_time": DURATION,
         "multiplier": NUMBER, "randomization_factor": NUMBER}
CLIENT = {"endpoint": ADDRESS, "compression": TEXT, "headers": {ANY_NAME: TEXT}, "tls": TLS, "timeout": DURATION,
          "sending_queue": QUEUE, "retry_on_failure": RETRY}
DIMENSION = {"name": TEXT, "default": TEXT}

POLICIES = {
    "always_sample": {},
    "boolean_attribute": {"key": TEXT, "value": FLAG, "invert_match": FLAG},
    "latency": {"threshold_ms": SIZE, "upper_threshold_ms": SIZE},
    "numeric_attribute": {"key": TEXT, "min_value": SIZE, "max_value": SIZE, "invert_match": FLAG},
    "ottl_condition": {"error_mode": TEXT, "span": LIST_OF_TEXT, "spanevent": LIST_OF_TEXT},
    "probabilistic": {"hash_salt": TEXT, "sampling_percentage": NUMBER},
    "rate_limiting": {"spans_per_second": SIZE},
    "span_count": {"min_spans": SIZE, "max_spans": SIZE},
    "status_code": {"status_codes": LIST_OF_TEXT},
    "string_attribute": {"key": TEXT, "values": LIST_OF_TEXT, "enabled_regex_matching": FLAG,
                         "cache_max_size": SIZE, "invert_match": FLAG},
    "trace_state": {"key": TEXT, "values": LIST_OF_TEXT},
}

COMPONENTS = {
    "extensions": {"health_check": {"endpoint": ADDRESS, "path": TEXT}},
    "receivers": {
        "otlp": {"protocols": {
            "grpc": {"endpoint": ADDRESS, "max_recv_msg_size_mib": SIZE, "max_concurrent_streams": SIZE, "tls": TLS},
            "http": {"endpoint": ADDRESS, "max_request_body_size": SIZE, "tls": TLS, "include_metadata": FLAG}}},
    },
    "processors": {
        "batch": {"timeout": DURATION, "send_batch_size": SIZE, "send_batch_max_size": SIZE,
                  "metadata_keys": LIST_OF_TEXT, "metadata_cardinality_limit": SIZE},
        "memory_limiter": {"check_interval": DURATION, "limit_mib": SIZE, "spike_limit_mib": SIZE,
                           "limit_percentage": SIZE, "spike_limit_percentage": SIZE,
                           "min_gc_interval_when_soft_limited": DURATION,
                           "min_gc_interval_when_hard_limited": DURATION},
        "k8sattributes": {
            "auth_type": TEXT, "passthrough": FLAG, "wait_for_metadata": FLAG, "wait_for_metadata_timeout": DURATION,
            "filter": {"node": TEXT, "node_from_env_var": TEXT, "namespace": TEXT},
            "extract": {"metadata": LIST_OF_TEXT, "otel_annotations": FLAG,
                        "labels": [{"tag_name": TEXT, "key": TEXT, "key_regex": TEXT, "from": TEXT}],
                        "annotations": [{"tag_name": TEXT, "key": TEXT, "key_regex": TEXT, "from": TEXT}]},
            "pod_association": [{"sources": [{"from": TEXT, "name": TEXT}]}],
            "exclude": {"pods": [{"name": TEXT}]}},
        "redaction": {"allow_all_keys": FLAG, "allowed_keys": LIST_OF_TEXT, "ignored_keys": LIST_OF_TEXT,
                      "blocked_key_patterns": LIST_OF_TEXT, "blocked_values": LIST_OF_TEXT,
                      "allowed_values": LIST_OF_TEXT, "redact_all_types": FLAG, "summary": TEXT},
        "tail_sampling": {"decision_wait": DURATION, "num_traces": SIZE, "expected_new_traces_per_sec": SIZE,
                          "block_on_overflow": FLAG, "sample_on_first_match": FLAG,
                          "decision_cache": {"sampled_cache_size": SIZE, "non_sampled_cache_size": SIZE},
                          "policies": ["policy"]},
    },
    "connectors": {
        "forward": {},
        "spanmetrics": {
            "namespace": TEXT, "dimensions": [DIMENSION], "calls_dimensions": [DIMENSION],
            "exclude_dimensions": LIST_OF_TEXT, "resource_metrics_key_attributes": LIST_OF_TEXT,
            "resource_metrics_cache_size": SIZE, "aggregation_temporality": TEXT, "add_resource_attributes": FLAG,
            "histogram": {"disable": FLAG, "unit": TEXT, "explicit": {"buckets": [DURATION]},
                          "exponential": {"max_size": SIZE}, "dimensions": [DIMENSION]},
            "metrics_flush_interval": DURATION, "metrics_expiration": DURATION, "series_expiration": DURATION,
            "exemplars": {"enabled": FLAG, "max_per_data_point": SIZE},
            "events": {"enabled": FLAG, "dimensions": [DIMENSION]}, "aggregation_cardinality_limit": SIZE},
        "servicegraph": {
            "latency_histogram_buckets": [DURATION], "exponential_histogram_max_size": SIZE,
            "dimensions": LIST_OF_TEXT, "store": {"max_items": SIZE, "ttl": DURATION}, "cache_loop": DURATION,
            "store_expiration_loop": DURATION, "virtual_node_peer_attributes": LIST_OF_TEXT,
            "virtual_node_extra_label": FLAG, "metrics_flush_interval": DURATION,
            "database_name_attributes": LIST_OF_TEXT},
    },
    "exporters": {
        "otlp": CLIENT,
        "otlphttp": {**CLIENT, "traces_endpoint": ADDRESS, "logs_endpoint": ADDRESS, "metrics_endpoint": ADDRESS,
                     "encoding": TEXT},
        "loadbalancing": {
            "routing_key": TEXT, "protocol": {"otlp": CLIENT}, "sending_queue": QUEUE, "retry_on_failure": RETRY,
            "timeout": DURATION,
            "resolver": {"static": {"hostnames": LIST_OF_TEXT},
                         "dns": {"hostname": TEXT, "port": TEXT, "interval": DURATION, "timeout": DURATION},
                         "k8s": {"service": TEXT, "ports": [SIZE], "timeout": DURATION, "return_hostnames": FLAG}}},
        "prometheus": {"endpoint": ADDRESS, "namespace": TEXT, "send_timestamps": FLAG, "enable_open_metrics": FLAG,
                       "metric_expiration": DURATION, "add_metric_suffixes": FLAG, "const_labels": {ANY_NAME: TEXT}},
    },
}
SERVICE = {
    "extensions": LIST_OF_TEXT,
    "telemetry": {
        "metrics": {"level": TEXT,
                    "readers": [{"pull": {"exporter": {"prometheus": {"host": TEXT, "port": SIZE}}}}]},
        "logs": {"level": TEXT, "encoding": TEXT}},
    "pipelines": {ANY_NAME: {"receivers": LIST_OF_TEXT, "processors": LIST_OF_TEXT, "exporters": LIST_OF_TEXT}},
}
K8S_FIELDS = {
    "k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.pod.start_time", "k8s.pod.ip", "k8s.deployment.name",
    "k8s.deployment.uid", "k8s.replicaset.name", "k8s.daemonset.name", "k8s.statefulset.name", "k8s.job.name",
    "k8s.cronjob.name", "k8s.node.name", "k8s.node.uid", "k8s.container.name", "k8s.cluster.uid", "container.id",
    "container.image.name", "container.image.tag",
}
DURATIONS = re.compile(r"^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$")
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


def seconds(text):
    return sum(float(n) * UNITS[u] for n, _, u in re.findall(r"(\d+(\.\d+)?)(ns|us|ms|s|m|h)", str(text)))


class Check:
    """One file and everything that is wrong with it."""

    def __init__(self, name):
        self.name, self.complaints = name, []
        with open(name, encoding="utf-8") as file:
            self.config = yaml.safe_load(file)

    def complain(self, place, text):
        self.complaints.append(f"{self.name}: {place}: {text}")

    def value(self, value, kind, place):
        if isinstance(kind, dict):
            return self.mapping(value, kind, place)
        if isinstance(kind, list):
            if not isinstance(value, list):
                return self.complain(place, "a list is expected")
            for index, item in enumerate(value):
                self.value(item, kind[0], f"{place}[{index}]")
            return None
        if kind == "policy":
            return self.policy(value, place)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        fits = {
            DURATION: isinstance(value, str) and DURATIONS.match(value) is not None,
            SIZE: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
            NUMBER: is_number,
            TEXT: isinstance(value, str),
            FLAG: isinstance(value, bool),
            ADDRESS: isinstance(value, str) and re.match(r"^(\$\{env:\w+\}|(https?://)?[\w.-]+:\d+(/.*)?)$", value),
        }[kind]
        return None if fits else self.complain(place, f"{value!r} is no {kind}")

    def mapping(self, value, fields, place):
        if value is None:
            return
        if not isinstance(value, dict):
            return self.complain(place, "fields are expected")
        for key, item in value.items():
            kind = fields.get(key, fields.get(ANY_NAME))
            if kind is None:
                self.complain(place, f"there is no field {key}")
            else:
                self.value(item, kind, f"{place}.{key}")

    def policy(self, policy, place, is_inner=False):
        kind = policy.get("type")
        place = f"{place}({policy.get('name')})"
        outer = {"and", "not", "drop"}
        if "name" not in policy or kind not in POLICIES and (is_inner or kind not in outer) and kind != "not":
            return self.complain(place, f"a name and a known type are expected, not {kind}")
        extra = set(policy) - {"name", "type", kind}
        if extra:
            self.complain(place, f"does not belong to type {kind}: {', '.join(sorted(extra))}")
        body = policy.get(kind, {})
        if kind in POLICIES:
            return self.value(body, POLICIES[kind], place)
        key = f"{kind}_sub_policy"
        if set(body) != {key}:
            return self.complain(place, f"{key} is expected")
        for inner in [body[key]] if kind == "not" else body[key]:
            self.policy(inner, place, is_inner=True)
        return None

    def structure(self):
        for section, content in self.config.items():
            if section == "service":
                self.value(content, SERVICE, "service")
                continue
            if section not in COMPONENTS:
                self.complain(section, "is no section")
                continue
            for name, settings in content.items():
                kind = name.split("/")[0]
                if kind not in COMPONENTS[section]:
                    self.complain(section, f"{name} is no component")
                else:
                    self.value(settings if settings is not None else {}, COMPONENTS[section][kind], f"{section}.{name}")

    def references(self):
        connectors = set(self.config.get("connectors", {}))
        known = {kind: set(self.config.get(kind, {})) for kind in ("receivers", "processors", "exporters")}
        used = {"extensions": set(self.config["service"].get("extensions", []))}
        for name, pipeline in self.config["service"]["pipelines"].items():
            for kind in ("receivers", "processors", "exporters"):
                for item in pipeline.get(kind, []):
                    used.setdefault(kind, set()).add(item)
                    allowed = known[kind] | (connectors if kind != "processors" else set())
                    if item not in allowed:
                        self.complain(f"pipelines.{name}", f"{item} is not defined among {kind}")
        for kind in ("receivers", "processors", "exporters", "extensions"):
            for item in set(self.config.get(kind, {})) - used.get(kind, set()):
                self.complain(kind, f"{item} is defined and not used")
        for item in connectors:
            if item not in used["receivers"] or item not in used["exporters"]:
                self.complain("connectors", f"{item} must end one pipeline and begin another")

    def order(self):
        for name, pipeline in self.config["service"]["pipelines"].items():
            processors = pipeline.get("processors", [])
            if "otlp" in pipeline["receivers"] and processors[:1] != ["memory_limiter"]:
                self.complain(f"pipelines.{name}", "memory_limiter must come first where data enters")
            if "batch" in processors and processors[-1] != "batch":
                self.complain(f"pipelines.{name}", "batch must come last")
            if "tail_sampling" in processors:
                counting = {"spanmetrics", "servicegraph"} & set(pipeline["exporters"])
                if counting:
                    self.complain(f"pipelines.{name}", "what is counted after sampling is wrong")
                if "k8sattributes" in processors:
                    self.complain(f"pipelines.{name}", "connections are lost behind tail_sampling")

    def limits(self, objectives):
        limiter = self.config["processors"]["memory_limiter"]
        if not 0 < limiter.get("spike_limit_percentage", 0) < limiter.get("limit_percentage", 0) <= 100:
            self.complain("memory_limiter", "spike_limit_percentage must be below limit_percentage, up to 100")
        batch = self.config["processors"].get("batch", {})
        if batch.get("send_batch_max_size", 1 << 30) < batch.get("send_batch_size", 8192):
            self.complain("batch", "send_batch_max_size must not be below send_batch_size")
        for pattern in self.patterns():
            # Go's expressions have neither look-around nor back-references.
            if re.search(r"\(\?[=!<]|\\[1-9]", pattern):
                self.complain("redaction", f"Go does not know {pattern}")
            re.compile(pattern)
        fields = self.config["processors"].get("k8sattributes", {}).get("extract", {}).get("metadata", [])
        for field in set(fields) - K8S_FIELDS:
            self.complain("k8sattributes", f"there is no {field}")
        if "tail_sampling" in self.config["processors"]:
            self.sampling(self.config["processors"]["tail_sampling"], objectives)

    def patterns(self):
        redaction = self.config["processors"].get("redaction", {})
        return redaction.get("blocked_values", []) + redaction.get("blocked_key_patterns", [])

    def sampling(self, sampling, objectives):
        pending = seconds(sampling["decision_wait"]) * sampling["expected_new_traces_per_sec"]
        if sampling["num_traces"] < 2 * pending:
            self.complain("tail_sampling", f"num_traces must be twice {pending:.0f}, the traces that are pending")
        for cache in ("sampled_cache_size", "non_sampled_cache_size"):
            if sampling.get("decision_cache", {}).get(cache, 0) <= 3 * sampling["num_traces"]:
                self.complain("tail_sampling", f"{cache} must be well above num_traces, or late spans decide anew")
        names = [policy["name"] for policy in sampling["policies"]]
        for wanted in ("errors", "slow-requests", "slow-events", "assistant", "forced", "rest"):
            if wanted not in names:
                self.complain("tail_sampling", f"policy {wanted} is missing")
        limits = {o["events"]["goodWithinSeconds"] for o in objectives if "goodWithinSeconds" in o["events"]}
        buckets = {seconds(b) for b in self.config["connectors"]["spanmetrics"]["histogram"]["explicit"]["buckets"]}
        for limit in sorted(limit for limit in limits if limit <= 10 and limit not in buckets):
            self.complain("spanmetrics", f"{limit} s is an objective and no bucket")
        text = json.dumps(sampling["policies"])
        for limit in (0.2, 0.5, 2):
            if limit in limits and f"> {int(limit * 1e9)}" not in text:
                self.complain("tail_sampling", f"no policy keeps what is slower than {limit} s")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        objectives = json.load(file)["objectives"]
    complaints = []
    for name in sys.argv[2:]:
        check = Check(name)
        check.structure()
        if not check.complaints:
            check.references()
            check.order()
            check.limits(objectives)
        complaints += check.complaints
        if not check.complaints:
            print(f"{name}: {len(check.config['service']['pipelines'])} pipelines, nothing to complain about")
    for line in complaints:
        print(line)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
