// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyring
import TestSupport
import ZeroMQ

/// A directory for keys that disappears with its owner.
final class Scene: Sendable {
    /// 2026-01-31T12:00:00Z.
    static let noon = Date(timeIntervalSince1970: 1_769_860_800)

    private let temporary: TemporaryFolder
    let directory: KeyDirectory

    var folder: URL { temporary.url }

    init() throws {
        temporary = try TemporaryFolder()
        directory = KeyDirectory(temporary.path("a/keys"))
    }

    func make(_ name: String = "worker", output: String? = nil) throws -> KeyDirectory.NewKey {
        try directory.makeKey(KeyName(name), output: output, at: Self.noon)
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try setMode(0o600, path)
    }

    func setMode(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
