// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Where a data set named in a sweep file comes from.
public enum DatasetSource: Hashable, Sendable {
    /// A data set the project knows by name: `mnist`, `fashion-mnist` or `glyphs`.
    case builtin(String)
    /// A user's own pair of IDX files, by path.
    case idx(images: String, labels: String)

    /// The names of the data sets that the project knows.
    public static let builtinNames = ["mnist", "fashion-mnist", "glyphs"]
}
