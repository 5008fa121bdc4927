#!/usr/bin/env python3
"""Reads a page of metrics as OpenMetrics with the reference parser, and counts what stands on it.

Ends with status 1 if the parser refuses the page or a trace id of an exemplar is none.
"""

import re
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

families = samples = exemplars = 0
with open(sys.argv[1], encoding="utf-8") as page:
    for family in text_string_to_metric_families(page.read()):
        families += 1
        for sample in family.samples:
            samples += 1
            if sample.exemplar:
                exemplars += 1
                if not re.fullmatch("[0-9a-f]{32}", sample.exemplar.labels["trace_id"]):
                    sys.exit(f"{sample.name} has the trace id {sample.exemplar.labels['trace_id']}")
print(f"{families} families, {samples} samples, {exemplars} exemplars")
