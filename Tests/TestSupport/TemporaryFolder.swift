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
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    /// Writes `bytes` to a file in the folder, making the folders above it; returns its path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// The names of what lies in the folder or in one below it, sorted; empty when there is no such folder.
    public func names(in folder: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
    }

    /// The bytes of a file in the folder; empty when there is none.
    public func bytes(_ name: String) -> Data { FileManager.default.contents(atPath: path(name)) ?? Data() }

    /// The text of a file in the folder; empty when there is none.
    public func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    /// Makes an empty file in the folder, open for writing.
    public func newFile(_ name: String) throws -> FileHandle {
        try Data().write(to: url.appending(path: name))
        return try FileHandle(forWritingTo: url.appending(path: name))
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
