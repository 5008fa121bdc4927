import FoundationEssentials

/// A hash as it is stored: `$scrypt$ln=14,r=8,p=5$<salt>$<key>`, salt and key in base64.
struct PasswordHash: Sendable, Equatable {
    let costExponent: Int
    let blockSize: Int
    let parallelism: Int
    let salt: [UInt8]
    let key: [UInt8]

    init(costExponent: Int, blockSize: Int, parallelism: Int, salt: [UInt8], key: [UInt8]) {
        self.costExponent = costExponent
        self.blockSize = blockSize
        self.parallelism = parallelism
        self.salt = salt
        self.key = key
    }

    init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: true)
        guard parts.count == 4, parts[0] == "scrypt", let salt = Data(base64Encoded: String(parts[2])),
            let key = Data(base64Encoded: String(parts[3]))
        else { return nil }
        var numbers: [Substring: Int] = [:]
        for pair in parts[1].split(separator: ",") {
            let halves = pair.split(separator: "=")
            guard halves.count == 2, let number = Int(halves[1]) else { return nil }
            numbers[halves[0]] = number
        }
        guard let cost = numbers["ln"], (1...20).contains(cost), let block = numbers["r"],
            let lanes = numbers["p"]
        else { return nil }
        self.init(
            costExponent: cost, blockSize: block, parallelism: lanes, salt: Array(salt), key: Array(key))
    }

    var text: String {
        "$scrypt$ln=\(costExponent),r=\(blockSize),p=\(parallelism)$\(Data(salt).base64EncodedString())"
            + "$\(Data(key).base64EncodedString())"
    }
}
