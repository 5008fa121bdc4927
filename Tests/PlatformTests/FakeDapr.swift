import Foundation

/// Programs with the names of Dapr's, to see how they are started, watched and ended. Not what they can do: the
/// sidecar is the stand-in, alone for its application; the scheduler answers on its health port and does nothing.
struct FakeDapr {
    let folder: URL
    let environment: [String: String]

    init(standIn: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "todo-fake-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        environment = [
            "TODO_DAPRD": folder.appendingPathComponent("daprd").path,
            "TODO_DAPR_SCHEDULER": folder.appendingPathComponent("scheduler").path,
            "TODO_SIDECAR_RESOURCES": folder.appendingPathComponent("resources").path,
            "FAKE_STAND_IN": standIn,
        ]
        try program("daprd", Self.daprd)
        try program("scheduler", Self.scheduler)
        let resources = folder.appendingPathComponent("resources")
        try FileManager.default.createDirectory(at: resources, withIntermediateDirectories: true)
        try Data(Self.resources.utf8).write(to: resources.appendingPathComponent("all.yaml"))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    private func program(_ name: String, _ text: String) throws {
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
    }

    private static let daprd = #"""
        #!/bin/sh
        if [ "$1" = --version ]; then echo 1.18.3; exit 0; fi
        while [ $# -gt 0 ]; do
            case "$1" in
            --app-id) id=$2 ;;
            --app-port) app=$2 ;;
            --dapr-http-port) api=$2 ;;
            --metrics-port) metrics=$2 ;;
            --config) config=$2 ;;
            esac
            shift
        done
        [ -n "$TODO_KAFKA_BROKERS" ] || exit 9
        echo '{"level":"info","msg":"starting as '"$id"'","scope":"dapr.runtime","time":"2026-01-01T00:00:00Z"}'
        file=$(dirname "$config")/fake-$id.json
        printf '{"apps":[{"id":"%s","apiPort":%s,"appPort":%s,"apiToken":"%s","appToken":"%s"}]}' \
            "$id" "$api" "$app" "$DAPR_API_TOKEN" "$APP_API_TOKEN" > "$file"
        # Each with a pool of its own, on one private server.
        export TODO_DATABASE_CONNECTIONS=3 TODO_SIDECAR_CONFIG="$file" TODO_ADMIN_PORT="$metrics" OTEL_TRACES_EXPORTER=none
        unset TODO_SIDECAR_RESOURCES
        exec "$FAKE_STAND_IN" sidecar

        """#

    /// In Perl, which every Debian has.
    private static let scheduler = #"""
        #!/usr/bin/perl
        use strict; use warnings; use IO::Socket::INET;
        my %flags;
        while (@ARGV) {
            my $name = shift @ARGV;
            $flags{$name} = shift @ARGV if @ARGV && $ARGV[0] !~ /^--/;
        }
        $SIG{TERM} = sub { exit 0 };
        my $server = IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $flags{'--healthz-port'}, Listen => 5, ReuseAddr => 1)
            or die 'no port';
        while (1) {
            my $client = $server->accept or next;
            while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
            print $client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            close $client;
        }

        """#

    private static let resources = """
        apiVersion: dapr.io/v1alpha1
        kind: Configuration
        metadata: {name: todo}
        spec: {tracing: {samplingRate: "1"}}
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: {name: pubsub}
        spec: {type: pubsub.kafka, version: v1, metadata: [{name: authType, value: none}]}

        """
}
