// swift-tools-version: 6.2
import PackageDescription

// The yardstick of assets: Hummingbird's own file server and nothing else.
let package = Package(
    name: "files",
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: [])
    ],
    targets: [
        .executableTarget(name: "files", dependencies: [.product(name: "Hummingbird", package: "hummingbird")])
    ])
