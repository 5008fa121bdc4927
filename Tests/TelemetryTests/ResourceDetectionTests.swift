import OTLP
import Testing

@testable import Telemetry

@Suite struct ResourceDetectionTests {
    private static let id = String(repeating: "0123456789abcdef", count: 4)

    private func detect(_ files: [String: String], _ environment: [String: String] = [:]) -> [String:
        AttributeValue]
    {
        ResourceDetection(files: HostFiles { files[$0] }, environment: environment).detect()
    }

    @Test func `host and system are read off the machine's files`() {
        let found = detect([
            "/proc/sys/kernel/hostname": "node-1\n", "/etc/machine-id": "abc\n",
            "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
            "/etc/os-release": "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
            "/proc/self/comm": "todo\n",
        ])
        let expected = [
            "host.name": "node-1", "host.id": "abc", "os.type": "linux", "os.version": "6.1.0-18-amd64",
            "os.description": "Debian GNU/Linux 12 (bookworm)", "process.executable.name": "todo",
        ]
        for (name, value) in expected { #expect(found[name] == .string(value), "\(name)") }
        #expect(found["container.id"] == nil && found["k8s.pod.name"] == nil)
    }

    @Test(arguments: [
        "12:cpu:/docker/\(id)", "0::/system.slice/docker-\(id).scope",
        "0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-\(id).scope",
        "4:memory:/kubepods/burstable/podf2a1/\(id)\n3:cpu:/",
    ])
    func `a container's id is found in its control group`(text: String) {
        #expect(detect(["/proc/self/cgroup": text])["container.id"] == .string(Self.id))
    }

    @Test func `with control groups of version 2 the mounts tell`() {
        let mounts = """
            1 2 0:1 / / rw - overlay overlay rw
            3 4 8:1 /var/lib/docker/containers/\(Self.id)/hostname /etc/hostname rw - ext4 /dev/sda1 rw
            """
        #expect(
            detect(["/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": mounts])["container.id"]
                == .string(Self.id))
    }

    @Test(arguments: ["", "0::/", "garbage", "::::", "1:a:/docker/short", "1:a:/docker/\(id.uppercased())"])
    func `what is no id is none`(text: String) {
        #expect(detect(["/proc/self/cgroup": text, "/proc/self/mountinfo": text])["container.id"] == nil)
    }

    @Test func `Kubernetes tells through variables, and only where Kubernetes is`() {
        let variables = [
            "POD_NAME": "tasks-7d", "K8S_POD_UID": "u-1", "POD_NAMESPACE": "todo", "NODE_NAME": "n1",
            "HOSTNAME": "h",
        ]
        #expect(detect([:], variables)["k8s.pod.name"] == nil)
        let found = detect([:], variables.merging(["KUBERNETES_SERVICE_HOST": "10.0.0.1"]) { $1 })
        #expect(found["k8s.pod.name"] == .string("tasks-7d") && found["k8s.pod.uid"] == .string("u-1"))
        #expect(found["k8s.namespace.name"] == .string("todo") && found["k8s.node.name"] == .string("n1"))
        let bare = detect(
            ["/var/run/secrets/kubernetes.io/serviceaccount/namespace": "prod"],
            ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOSTNAME": "h", "POD_NAME": ""])
        #expect(bare["k8s.namespace.name"] == .string("prod") && bare["k8s.pod.name"] == .string("h"))
    }

    @Test func `variables win over what was detected, and long facts are cut`() {
        let files = HostFiles {
            $0 == "/proc/sys/kernel/hostname" ? String(repeating: "h", count: 5000) : nil
        }
        let make = { (environment: [String: String]) in
            TelemetryConfiguration(
                serviceName: "s", serviceVersion: "1", serviceInstanceID: "i", environment: environment,
                files: files
            ).resource.attributes.first { $0.key == "host.name" }?.value
        }
        #expect(make([:]) == .string(String(repeating: "h", count: 256)))
        #expect(make(["OTEL_RESOURCE_ATTRIBUTES": "host.name=mine"]) == .string("mine"))
    }

    @Test func `the real machine answers`() {
        let found = ResourceDetection(files: .system, environment: [:]).detect()
        #expect(found["host.name"] != nil && found["os.version"] != nil)
        #expect(HostFiles.system.text("/no/such/file") == nil)
        #expect(HostFiles.system.text("/proc/self/cgroup")?.isEmpty == false)
    }
}
