// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Files with a secret key.
package enum SecretFile {
    private static let limit = 4096

    /// The text of a file that only its owner can read, or of a pipe.
    ///
    /// Containers are given secrets as files of mode 0444 or 0640 on a mount of their own, where no mode can be changed:
    /// on a mount that cannot be written it is enough that nobody else may write. The file is root's, this user's, or
    /// mounted by itself, with whatever owner it has outside.
    ///
    /// - Parameters:
    ///   - path: The file, or a pipe, which is read to its end.
    ///   - trustsMode: Whether the user has vouched for the file's permissions, whatever they are.
    /// - Returns: The text.
    /// - Throws: `exposed` when others could have read the secret, or why the file cannot be read.
    package static func read(_ path: String, trustsMode: Bool) throws(KeyringError) -> String {
        let content = try SmallFile.read(path, limit: limit, pipes: true)
        let isSafe =
            switch content.origin {
            case .pipe: true
            case .mountedReadOnly: !content.mode.isWritableByOthers
            case .owned: !content.mode.isOpenToOthers
            }
        guard isSafe || trustsMode else { throw .exposed(path: path, mode: content.mode) }
        return content.text
    }
}
