// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How an export writes its rows.
///
/// All have a row for each recorded image of each cell, with the columns `cell`, `model`, `dataset`, `split`, `index`,
/// `class`, `transform`, `parameters`, `seed`, `bpd`, then all others that any cell of the run has, sorted by name, and last
/// one for each parameter of a transformation of the run (`dx`, `scale`, …).
/// Where images of the run failed, these have rows too, without values, and a column `failed` behind those that is 1 for them.
/// In text, values are the shortest decimals that read back to the same Float32, and lines end in `\n`.
public enum ExportFormat: String, Hashable, Sendable, CaseIterable {
    /// Comma-separated values after a line of column names (RFC 4180); a column that a cell does not have is empty, and
    /// values that are no numbers are `nan`, `inf` and `-inf`.
    case csv
    /// One JSON object a line; a column that a cell does not have is `null`, and values that are no numbers are the
    /// strings `"nan"`, `"inf"` and `"-inf"`.
    case jsonl
    /// NumPy's `.npz`, uncompressed and without pickles: for each column an array with an element for each row, where
    /// what stands for cells is `cell`, a place in the arrays `cells_id`, `cells_model`, `cells_dataset`, `cells_split`,
    /// `cells_transform`, `cells_parameters`, `cells_seed`, `cells_images` and `cells_recorded`, and `cells_scale` and the
    /// like for parameters: numbers, and 1 and 0 for truth, as Float64, NaN where a cell has none, and words as texts, empty
    /// where it has none. A column of values that a cell does not have is NaN; so are values that are no numbers and not
    /// infinite.
    case npz
}

/// What an export wrote.
public struct ExportSummary: Hashable, Sendable {
    /// Number of cells in the run.
    public var cells = 0
    /// Number of cells that lack images.
    public var incompleteCells = 0
    /// Number of rows of recorded images.
    public var rows = 0
    /// Number of rows of images that have no result because their shards were given up.
    public var failedImages = 0
}
