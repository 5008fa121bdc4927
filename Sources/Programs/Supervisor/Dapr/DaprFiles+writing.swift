#if LocalTools
    import Yams

    extension DaprFiles {
        /// Fits every document; a mistake names file and document.
        init(documents files: [DaprFile], target: Target) throws(SupervisorError) {
            var configurations: [String] = []
            var resources: [Resource] = []
            for file in files {
                for (index, node) in try Self.documents(file).enumerated() {
                    let document = DaprDocument(file: file.path, number: index + 1, node: node)
                    let fitted = try document.fitted(to: target)
                    let text = try Self.origin + fitted.text()
                    if try document.kind() == "Configuration" {
                        configurations.append(text)
                    } else {
                        let name = try fitted.fileName()
                        if resources.contains(where: { $0.name == name }) {
                            throw document.mistake("its kind and name are taken by an earlier document")
                        }
                        resources.append(Resource(name: name, text: text))
                    }
                }
            }
            guard configurations.count == 1 else {
                let path = files.first?.path ?? "dapr/"
                throw .daprFileMistake(
                    file: path, problem: "\(configurations.count) configurations are declared, not one")
            }
            configuration = configurations[0]
            self.resources = resources.sorted { $0.name < $1.name }
        }

        private static func documents(_ file: DaprFile) throws(SupervisorError) -> [Node] {
            var nodes: [Node] = []
            do {
                var sequence = try compose_all(yaml: file.text)
                while let node = sequence.next() { nodes.append(node) }
                if let error = sequence.error { throw error }
            } catch {
                // Not the parser's words: they quote the text, which may hold what nobody shall read.
                throw .daprFileMistake(file: file.path, problem: "it is no YAML")
            }
            return nodes.filter { $0.mapping != nil || $0.scalar?.string.isEmpty == false }
        }
    }
#else
    extension DaprFiles {
        /// Reading YAML belongs to the tools of a developer's machine.
        init(documents files: [DaprFile], target: Target) throws(SupervisorError) {
            throw .daprFilesMissing(path: nil)
        }
    }
#endif
