// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// The checkpoint that a training begins with, in place of weights that are drawn and measured.
public struct RecipeStart: Hashable, Sendable {
    /// Where the checkpoint is, as whoever opens the recipe sees it; no part of the recipe's digests.
    public var path: String
    /// The checkpoint's digest; nil where nobody looked at the file.
    public var digest: Digest?

    /// The checkpoint at `path`, whose file has that digest.
    public init(path: String, digest: Digest? = nil) {
        self.path = path
        self.digest = digest
    }
}
