// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The largest sizes that a message may have; a reader refuses larger ones before it makes room for them.
public enum WireLimits {
    /// Bytes of any message; the socket's own limit must not be smaller.
    public static let messageBytes = 8 << 20
    /// Images of one shard.
    public static let imagesPerShard = 65_536
    /// Values of one table, all columns together.
    public static let valuesPerTable = 1 << 20
    /// Columns of one table.
    public static let columnsPerTable = 64
    /// Attempts in one batch of assignments or results.
    public static let attemptsPerBatch = attempts
    /// Images of all shards of one batch.
    public static let imagesPerBatch = imagesPerShard
    /// Values of all tables of one batch.
    public static let valuesPerBatch = valuesPerTable
    /// Changes of the cell, or of the tables' columns, within one batch, the beginning counted.
    public static let groupsPerBatch = 64
    /// Attempts that one mark stands for.
    public static let attemptsPerGrant = 16
    /// Bytes of a mark.
    public static let markBytes = 16
    /// Attempts in one list.
    public static let attempts = 4096
    /// Bytes of a name: of a model, a host, a run; of columns, `ColumnName` tells.
    public static let nameBytes = 256
    /// Scorers of one worker.
    public static let scorersPerWorker = 64
    /// Bytes of a path.
    public static let pathBytes = 4096
    /// Bytes of a text for people: a reason, an error; writers cut longer ones.
    public static let textBytes = 4096
    /// Lines of log that go with a failure; writers keep the last ones.
    public static let logLines = 100
    /// Bytes of one line of a log, a notice or a reply; writers cut longer ones.
    public static let lineBytes = 1024
    /// Workers in one snapshot.
    public static let workersPerSnapshot = 1024
    /// Rows in one snapshot, for clients of earlier versions.
    public static let rowsPerSnapshot = 4096
    /// Cells in one page.
    public static let cellsPerPage = 512
    /// Bytes that the cells of a page take, about; a page with more is cut short.
    public static let bytesPerPage = 1 << 20
    /// Classes of one cell.
    public static let classesPerCell = 256
    /// Models that a page has scales of.
    public static let scalesPerPage = 1024
    /// Values of one condition of a query.
    public static let termsPerQuery = 64
    /// Notices in one snapshot; a line each.
    public static let noticesPerSnapshot = 64
    /// Metrics in one snapshot.
    public static let metricsPerSnapshot = 256
    /// Reasons for failures in one snapshot.
    public static let failuresPerSnapshot = 16
    /// Trainings in one snapshot.
    public static let trainingsPerSnapshot = 64
    /// Lines of the reply to a client's wish.
    public static let replyLines = 512
    /// Bytes of an artifact in one message.
    public static let artifactChunkBytes = 1 << 20
    /// Bytes of an artifact.
    public static let artifactBytes = 1 << 40
    /// Bytes of the file of a recipe.
    public static let recipeBytes = 64 << 10
    /// Steps of a training; more than any will ever make, and far from what overflows.
    public static let trainingSteps = 1 << 40
    /// Bytes of a state of a training or of a trained checkpoint.
    public static let trainingFileBytes = 1 << 34
}
