import FoundationEssentials

/// Removes a folder with everything in it.
enum FolderRemoval {
    static func remove(_ path: String) {
        // What does not exist need not be removed; what resists shows up when the folder is made again.
        try? FileManager.default.removeItem(atPath: path)
    }
}
