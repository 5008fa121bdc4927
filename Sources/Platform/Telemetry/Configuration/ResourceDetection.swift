import Glibc
import OTLP

/// What a process can find out about where it runs: host, operating system, container, Kubernetes.
///
/// Nothing is asked over the network and nothing is waited for. Arguments of the command line and names of users
/// are left out on purpose: both may hold secrets.
struct ResourceDetection {
    let files: HostFiles
    let environment: [String: String]

    /// Attributes by name.
    func detect() -> [String: AttributeValue] {
        var found: [String: String] = [:]
        found["host.name"] = files.line("/proc/sys/kernel/hostname")
        found["host.id"] = files.line("/etc/machine-id")
        found["host.arch"] = hostArchitecture
        found["os.type"] = "linux"
        found["os.version"] = files.line("/proc/sys/kernel/osrelease")
        found["os.description"] = systemName
        found["process.executable.name"] = files.line("/proc/self/comm")
        found["process.runtime.name"] = "swift"
        found["container.id"] = containerID
        found.merge(kubernetes) { first, _ in first }
        return found.mapValues { .string(String($0.prefix(256))) }
    }

    /// `PRETTY_NAME` of os-release.
    private var systemName: String? {
        let lines = files.text("/etc/os-release")?.split(whereSeparator: \.isNewline) ?? []
        guard let line = lines.first(where: { $0.hasPrefix("PRETTY_NAME=") }) else { return nil }
        let name = line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
        return name.isEmpty ? nil : name
    }
}

/// The container's id.
extension ResourceDetection {
    /// Control groups of version 1 end in the id; with version 2 only the mounts of the container's own files tell.
    private var containerID: String? {
        let groups = files.text("/proc/self/cgroup")?.split(whereSeparator: \.isNewline) ?? []
        for line in groups {
            guard let last = line.split(separator: "/").last else { continue }
            // `docker-<id>.scope`, `cri-containerd-<id>.scope`, or the id alone.
            let name = last.hasSuffix(".scope") ? last.dropLast(".scope".count) : last
            if let id = Self.identifier(name.split(separator: "-").last ?? name) { return id }
        }
        let mounts = files.text("/proc/self/mountinfo")?.split(whereSeparator: \.isNewline) ?? []
        for line in mounts where line.contains("/etc/hostname") || line.contains("/etc/hosts") {
            guard line.contains("/containers/") || line.contains("/sandboxes/") else { continue }
            if let id = line.split(separator: "/").lazy.compactMap({ Self.identifier($0) }).first {
                return id
            }
        }
        return nil
    }

    private static func identifier(_ text: Substring) -> String? {
        text.utf8.count == 64 && text.allSatisfy { $0.isHexDigit && !$0.isUppercase } ? String(text) : nil
    }
}

/// What Kubernetes hands down through variables that the chart sets (downward API).
extension ResourceDetection {
    private static let variables: [(attribute: String, names: [String])] = [
        ("k8s.pod.name", ["K8S_POD_NAME", "POD_NAME"]), ("k8s.pod.uid", ["K8S_POD_UID", "POD_UID"]),
        ("k8s.pod.ip", ["K8S_POD_IP", "POD_IP"]),
        ("k8s.namespace.name", ["K8S_NAMESPACE_NAME", "K8S_NAMESPACE", "POD_NAMESPACE"]),
        ("k8s.node.name", ["K8S_NODE_NAME", "NODE_NAME"]),
        ("k8s.container.name", ["K8S_CONTAINER_NAME", "CONTAINER_NAME"]),
        ("k8s.deployment.name", ["K8S_DEPLOYMENT_NAME"]), ("k8s.cluster.name", ["K8S_CLUSTER_NAME"]),
    ]

    private var kubernetes: [String: String] {
        // Outside of Kubernetes these names may mean anything.
        guard environment["KUBERNETES_SERVICE_HOST"] != nil else { return [:] }
        var found: [String: String] = [:]
        for (attribute, names) in Self.variables {
            found[attribute] = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        if found["k8s.namespace.name"] == nil {
            found["k8s.namespace.name"] = files.line(
                "/var/run/secrets/kubernetes.io/serviceaccount/namespace")
        }
        // A pod's host name is its name unless the chart says otherwise.
        if found["k8s.pod.name"] == nil { found["k8s.pod.name"] = environment["HOSTNAME"] }
        return found
    }
}

#if arch(arm64)
    private let hostArchitecture = "arm64"
#else
    private let hostArchitecture = "amd64"
#endif
