"""Decodes an OTLP export with OpenTelemetry's own protobufs and prints it field by field.

usage: decode-otlp.py FILE [traces|logs]   (gzip or not; one `path = value` a line, and what the whole says of itself)
"""

import gzip
import sys

from google.protobuf.unknown_fields import UnknownFieldSet
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


def shown(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value + '"'
    return repr(value)


def walk(message, path):
    for _ in UnknownFieldSet(message):
        print(f"{path}: unknown field")
    for field, value in message.ListFields():
        name = f"{path}.{field.name}" if path else field.name
        values = [(f"{name}[{i}]", v) for i, v in enumerate(value)] if field.is_repeated else [(name, value)]
        for place, item in values:
            if field.message_type is not None:
                # An empty message is present, which is something else than absent.
                if not item.ListFields():
                    print(f"{place} = empty")
                walk(item, place)
            else:
                print(f"{place} = {shown(item)}")


body = open(sys.argv[1], "rb").read()
if body[:2] == b"\x1f\x8b":
    body = gzip.decompress(body)
request = ExportLogsServiceRequest() if sys.argv[2:] == ["logs"] else ExportTraceServiceRequest()
request.ParseFromString(body)
walk(request, "")
print("encoded again:", "the same bytes" if request.SerializeToString(deterministic=True) == body else "other bytes")
