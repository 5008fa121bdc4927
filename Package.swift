// swift-tools-version: 6.2
import PackageDescription

// Targets are declared floor by floor; a target may use floors below its own, never its neighbours.
// Tests/ArchitectureTests reads the imports and holds them against the same rule.

typealias Uses = [Target.Dependency]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
// Files of the sidecar are YAML; imports all of Foundation, so only where a developer's tools are built.
let yaml = Target.Dependency.product(name: "Yams", package: "Yams", condition: .when(traits: ["LocalTools"]))
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let testKits: Uses = [
    .product(name: "InMemoryLogging", package: "swift-log"),
    .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
    .product(name: "MetricsTestKit", package: "swift-metrics"),
]

func library(_ name: String, in folder: String, uses: Uses, except: [String] = [], assets: [Resource] = [])
    -> Target
{
    .target(
        name: name, dependencies: uses, path: "Sources/\(folder)\(name)", exclude: except, resources: assets)
}

func tests(of name: String, uses: Uses = [], except: [String] = [], assets: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + uses, exclude: except, resources: assets)
}

let cDoors: [Target] = [
    .systemLibrary(
        name: "CPostgres", path: "Sources/C/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
        name: "CCurl", path: "Sources/C/CCurl", pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
        name: "CZlib", path: "Sources/C/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMalloc", path: "Sources/C/CMalloc"),
    .target(name: "COTLP", path: "Sources/C/COTLP", linkerSettings: [.linkedLibrary("protobuf-c")]),
]

let core: [Target] = [
    library("TodoDomain", in: "Core/", uses: []),
    library("Postgres", in: "Core/", uses: ["CPostgres", logging, metrics, tracing]),
    library("CurlHTTP", in: "Core/", uses: ["CCurl", logging, metrics, tracing]),
    library("OTLP", in: "Core/", uses: ["COTLP"]),
    library("Gzip", in: "Core/", uses: ["CZlib"]),
    library("ServiceObjectives", in: "Core/", uses: []),
]

let platform: [Target] = [
    library(
        "Telemetry", in: "Platform/",
        uses: ["CMalloc", "CurlHTTP", "Gzip", "OTLP", logging, metrics, tracing]),
    library("TraceAnalysis", in: "Platform/", uses: ["OTLP"]),
    library("Dapr", in: "Platform/", uses: ["CurlHTTP", logging, metrics, tracing]),
]

let backbone: [Target] = [
    library("EventFlow", in: "", uses: ["Dapr", "Postgres", crypto, lifecycle, logging, metrics, tracing]),
    library(
        "ServiceKit", in: "",
        uses: [
            "CurlHTTP", "Dapr", "EventFlow", "Gzip", "Postgres", "Telemetry", "TodoDomain", hummingbird,
            httpTypes, lifecycle, signals, configuration, jwt, crypto, logging, metrics, tracing,
        ]),
]

let serviceParts: Uses = [
    "CurlHTTP", "Dapr", "EventFlow", "Postgres", "ServiceKit", "TodoDomain", hummingbird, httpTypes,
    lifecycle,
    configuration, logging, metrics, tracing,
]

let services: [Target] = [
    library(
        "Gateway", in: "Services/", uses: serviceParts + ["Gzip", jwt, crypto, cryptoExtras], except: ["Web"],
        assets: [.embedInCode("Migrations")]),
    library("Tasks", in: "Services/", uses: serviceParts + [crypto], assets: [.embedInCode("Migrations")]),
    library("Audit", in: "Services/", uses: serviceParts, assets: [.embedInCode("Migrations")]),
    library(
        "Assistant", in: "Services/", uses: serviceParts + [crypto], assets: [.embedInCode("Migrations")]),
    library(
        "Notifications", in: "Services/", uses: serviceParts + [jwt, crypto],
        assets: [.embedInCode("Migrations")]),
    library("Reminders", in: "Services/", uses: serviceParts, assets: [.embedInCode("Migrations")]),
    library("Recurring", in: "Services/", uses: serviceParts, assets: [.embedInCode("Migrations")]),
    library("LocalDapr", in: "Services/", uses: serviceParts + [yaml], assets: [.embedInCode("Migrations")]),
    library(
        "Traces", in: "Services/", uses: serviceParts + ["Gzip", "OTLP", "TraceAnalysis"], except: ["Web"]),
    library("Canary", in: "Services/", uses: serviceParts),
]

let programs: [Target] = [
    library(
        "Supervisor", in: "Programs/",
        uses: ["CurlHTTP", "Postgres", crypto, yaml]),
    .executableTarget(
        name: "todo",
        dependencies: [
            "Audit", "CurlHTTP", "Gateway", "ServiceKit", "Supervisor", "Tasks", "TodoDomain", "Traces",
            "Assistant", "Notifications", "ServiceObjectives", "Reminders", "Recurring", "Canary",
            .target(name: "LocalDapr", condition: .when(traits: ["LocalTools"])), "EventFlow", "Postgres",
            arguments,
        ],
        path: "Sources/Programs/todo"),
    .executableTarget(
        name: "todo-load",
        dependencies: [
            "CurlHTTP", "OTLP", "ServiceObjectives", "TraceAnalysis", "Postgres", arguments, histogram,
            signals, hummingbird, httpTypes, logging,
        ],
        path: "loadtest", exclude: ["seed-tasks.sql", "slo.json"]),
]

let checks: [Target] = [
    .executableTarget(
        name: "telemetry-benchmark",
        dependencies: ["CMalloc", "COTLP", "CurlHTTP", "OTLP", "Telemetry", metrics, tracing],
        path: "benchmarks/telemetry",
        exclude: ["allocations.c", "instructions.py", "receiver.py", "rival.py", "share.py"]),
    .executableTarget(name: "bare-file-server", dependencies: [hummingbird], path: "benchmarks/files"),
    .target(
        name: "TestSupport", dependencies: ["CurlHTTP", "Postgres", logging], path: "Tests/TestSupport"),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
    .testTarget(
        name: "PlatformTests",
        dependencies: ["CurlHTTP", "Postgres", "Supervisor", "TestSupport", "todo", "todo-load"],
        exclude: ["api_walk.py"]),
    .testTarget(
        name: "TodoDomainTests", dependencies: ["TodoDomain", "Dapr", "EventFlow"],
        exclude: ["Golden", "NaturalLanguage/frozen.json", "NaturalLanguage/grown.json"]),
    tests(of: "Postgres", uses: ["TestSupport", logging, metrics, tracing] + testKits),
    tests(of: "CurlHTTP", uses: ["TestSupport", metrics, tracing] + testKits),
    tests(of: "OTLP"),
    tests(of: "Gzip"),
    tests(of: "ServiceObjectives", uses: ["CurlHTTP", "Telemetry", "TestSupport"]),
    tests(
        of: "Telemetry", uses: ["CurlHTTP", "Gzip", "OTLP", "TestSupport"] + testKits,
        except: ["mutual_tls_receiver.py"]),
    // Compiles docs/telemetry.md: the module in another server.
    .testTarget(
        name: "TelemetryUseTests", dependencies: ["CurlHTTP", "Telemetry", logging, metrics, tracing]),
    tests(of: "TraceAnalysis", uses: ["OTLP"], except: ["Golden"]),
    tests(of: "Dapr", uses: ["CurlHTTP", "TestSupport", metrics, tracing] + testKits),
    tests(of: "EventFlow", uses: ["CurlHTTP", "Dapr", "Postgres", "TestSupport"] + testKits),
    tests(
        of: "ServiceKit",
        uses: [
            "CurlHTTP", "Dapr", "EventFlow", "Gzip", "OTLP", "Postgres", "Telemetry", "TestSupport",
            hummingbird,
            httpTypes,
            crypto, tracing,
        ] + testKits),
    tests(
        of: "Gateway",
        uses: [
            "CurlHTTP", "Dapr", "EventFlow", "Postgres", "ServiceKit", "TestSupport", "TodoDomain",
            hummingbird, httpTypes,
            crypto,
            logging, lifecycle, metrics,
        ] + testKits),
    tests(
        of: "Tasks",
        uses: ["EventFlow", "Postgres", "ServiceKit", "TestSupport", "TodoDomain", httpTypes, metrics]
            + testKits),
    tests(
        of: "Notifications",
        uses: [
            "CurlHTTP", "Dapr", "EventFlow", "Postgres", "ServiceKit", "TestSupport", "TodoDomain",
            hummingbird,
            httpTypes, crypto, logging, metrics, tracing,
        ] + testKits, except: ["receivers.py"]),
    tests(
        of: "Assistant",
        uses: [
            "CurlHTTP", "Dapr", "EventFlow", "Postgres", "ServiceKit", "TestSupport", "TodoDomain", httpTypes,
            crypto, logging, metrics, tracing,
        ] + testKits, except: ["Requests"]),
    tests(
        of: "Reminders",
        uses: [
            "CurlHTTP", "Dapr", "EventFlow", "Postgres", "ServiceKit", "TestSupport", "TodoDomain", logging,
            metrics, tracing,
        ] + testKits),
    tests(
        of: "Recurring",
        uses: [
            "EventFlow", "Postgres", "ServiceKit", "TestSupport", "TodoDomain", logging, metrics, tracing,
        ] + testKits),
    tests(
        of: "LocalDapr",
        uses: [
            "Assistant", "Reminders", "Recurring",
            "Audit", "Notifications", "CurlHTTP", "Dapr", "EventFlow", "OTLP", "Postgres", "ServiceKit",
            "Tasks",
            "Telemetry",
            "TestSupport", "TodoDomain", hummingbird, httpTypes, lifecycle, logging, metrics, tracing,
        ] + testKits),
    .testTarget(
        name: "ConformanceTests",
        dependencies: [
            "CurlHTTP", "LocalDapr", "OTLP", "Postgres", "Telemetry", "TestSupport", lifecycle, logging,
            tracing,
        ], exclude: ["Resources"]),
    tests(
        of: "Traces",
        uses: [
            "EventFlow", "Gzip", "OTLP", "ServiceKit", "TestSupport", hummingbird, httpTypes, logging,
            metrics,
        ] + testKits),
    tests(of: "Canary", uses: ["CurlHTTP", "TestSupport"] + testKits),
    tests(of: "Supervisor", uses: ["Postgres", crypto]),
    .testTarget(
        name: "LoadTests",
        dependencies: [
            "todo-load", "CurlHTTP", "OTLP", "ServiceObjectives", "TestSupport", "TraceAnalysis", histogram,
            hummingbird, httpTypes,
        ]),
]

let package = Package(
    name: "todo-platform",
    products: [
        .executable(name: "todo", targets: ["todo"]),
        .executable(name: "todo-load", targets: ["todo-load"]),
        // Of use without the rest: docs/telemetry.md.
        .library(name: "Telemetry", targets: ["Telemetry", "CurlHTTP"]),
    ],
    traits: [
        .trait(
            name: "LocalTools",
            description: "What only a developer's machine needs: supervisor, stand-in for Dapr."),
        .default(enabledTraits: ["LocalTools"]),
    ],
    dependencies: [
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1",
            traits: ["ConfigurationSupport"]),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", exact: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: cDoors + core + platform + backbone + services + programs + checks
)

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
