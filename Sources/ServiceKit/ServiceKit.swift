// ServiceKit: how a service starts, authenticates, serves, subscribes and stops. The same for every role.
//
// A service is a value `ServiceRole`: its name, ports, configuration keys, migrations, and a `build` function that
// is handed a `ServiceFrame` and answers with routes and long-running parts. Everything else happens here:
//
//   read configuration → start telemetry → build → serve admin port → serve → …SIGTERM… → drain → flush → exit
//
// - One place for globals: signals, environment, standard input, and the bootstrap of logs, metrics and traces.
// - Routes are denied by default: a route cannot be declared without saying who may call it.
// - One middleware makes the span, the metrics and the error answer of a request, so that they agree.
// - `/readyz` tells of the process's own hard dependencies; it never asks another service, or two services would
//   wait for one another.
//
// The parts stop in the reverse order of their start: servers first, then relays, then connections; telemetry
// last, so that what the others did while stopping is still exported.
