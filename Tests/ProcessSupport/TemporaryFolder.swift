// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A folder that disappears with its owner.
public final class TemporaryFolder: Sendable {
    /// The folder.
    public let url: URL

    /// Makes an empty folder.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "bitsweep-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// The path of something in the folder.
    public func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes `text` to a file in the folder; returns its path.
    public func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        return path(name)
    }

    /// The bytes of a file in the folder; empty when there is none.
    public func bytes(_ name: String) -> Data { FileManager.default.contents(atPath: path(name)) ?? Data() }

    func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    func newFile(_ name: String) throws -> FileHandle {
        try Data().write(to: url.appending(path: name))
        return try FileHandle(forWritingTo: url.appending(path: name))
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
