// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Files
import Foundation

/// A file that says where a coordinator listens, for workers that a scheduler starts: it chooses the machine, and nobody
/// knows before which one.
///
/// Whoever reads the file finds a whole endpoint in it, or no file.
struct EndpointFile: Sendable {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Says that the coordinator listens there, in the place of what an earlier one said.
    func write(_ endpoint: String) throws {
        do {
            try DurableFile.write(Array("\(endpoint)\n".utf8), to: path)
        } catch {
            throw CommandFailure.usage("--endpoint-file \(error)")
        }
    }

    /// Removes the file, unless another coordinator has written it since.
    func withdraw(_ endpoint: String) {
        guard Self.endpoint(in: path) == endpoint else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The endpoint in the file at `path`; nil where there is none.
    static func endpoint(in path: String) -> String? {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        return text?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
