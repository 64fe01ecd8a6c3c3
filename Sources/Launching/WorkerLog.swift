// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What a worker printed, as far as it tells how the worker fared.
package struct WorkerLog: Hashable, Sendable {
    /// Where it is.
    package let path: String
    /// Whether the worker found a coordinator that took it.
    package let hasJoined: Bool
    /// The last lines, oldest first.
    package let lastLines: [String]

    /// What the worker prints when a coordinator has welcomed it.
    package static let joined = "joined run "
    /// Lines that are kept, and how much of the file is looked at for them.
    private static let (lines, tail) = (10, 8192)

    /// The log at `path`; nil where there is none, or none that can be read.
    package init?(contentsOf path: String) {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else { return nil }
        self.init(path: path, data)
    }

    /// The log at `path` of another machine, which said this much of it.
    package init(path: String, hasJoined: Bool, lastLines: [String]) {
        (self.path, self.hasJoined, self.lastLines) = (path, hasJoined, lastLines)
    }

    /// The log that was read from `path`, which may be another machine's.
    package init(path: String, _ data: Data) {
        self.path = path
        hasJoined = data.range(of: Data(Self.joined.utf8)) != nil
        let text = String(decoding: data.suffix(Self.tail), as: UTF8.self)
        lastLines = text.split(whereSeparator: \.isNewline).suffix(Self.lines).map(String.init)
    }
}
