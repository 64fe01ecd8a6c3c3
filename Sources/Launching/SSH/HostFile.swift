// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The machines that a file lists, one a line: `[user@]host[:port] [threads=N]`; `#` begins a comment.
package enum HostFile {
    /// Most machines of one file.
    private static let most = 10_000

    /// Reads the machines that `text` lists, each once.
    ///
    /// - Parameters:
    ///   - text: What the file says.
    ///   - path: What to call the file in errors.
    /// - Returns: them, in the order of the file.
    /// - Throws: `LaunchError` with the line and what is wrong with it, or where there is none at all.
    package static func hosts(in text: String, path: String) throws(LaunchError) -> [SSHHost] {
        var hosts: [SSHHost] = []
        var lines: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let number = index + 1
            let host: SSHHost?
            do {
                host = try self.host(line)
            } catch {
                throw LaunchError("\(path):\(number): \(error)")
            }
            guard let host else { continue }
            if let earlier = lines.updateValue(number, forKey: host.name) {
                throw LaunchError(
                    "\(path):\(number): '\(host.name)' stands in line \(earlier) already; one line a host"
                )
            }
            hosts.append(host)
            guard hosts.count <= most else { throw LaunchError("\(path): more than \(most) hosts") }
        }
        guard !hosts.isEmpty else {
            throw LaunchError("\(path): no hosts; write one a line, such as user@host threads=8")
        }
        return hosts
    }

    /// The machine of a line; nil where the line is empty, or a comment.
    private static func host(_ line: Substring) throws(LaunchError) -> SSHHost? {
        let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
        guard let name = words.first else { return nil }
        var threads: Int?
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0] == "threads", parts.count == 2 else {
                throw LaunchError("'\(word)' is not known; after the host may stand threads=N")
            }
            guard let number = Int(parts[1]), (1...4096).contains(number) else {
                throw LaunchError("threads=\(parts[1]): a number from 1 to 4096 is wanted")
            }
            threads = number
        }
        return try SSHHost(String(name), threads: threads)
    }
}
