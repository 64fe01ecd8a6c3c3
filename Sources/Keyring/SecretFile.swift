// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Files with a secret key.
enum SecretFile {
    private static let limit = 4096

    /// The text of a file that only its owner can read.
    static func read(_ path: String) throws(KeyringError) -> String {
        let content = try SmallFile.read(path, limit: limit)
        guard !content.mode.isOpenToOthers else { throw .exposed(path: path, mode: content.mode) }
        return content.text
    }
}
