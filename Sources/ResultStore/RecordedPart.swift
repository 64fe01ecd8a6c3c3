// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Which worker computed a part, and on what.
public struct PartOrigin: Hashable, Sendable {
    /// The worker's name.
    public var worker: String
    /// The machine's name.
    public var host: String
    /// The instruction set that was used.
    public var isa: String

    /// A worker on a machine.
    public init(worker: String, host: String, isa: String) {
        self.worker = worker
        self.host = host
        self.isa = isa
    }
}

/// A shard's result on its way into the store.
public struct RecordedPart: Hashable, Sendable {
    /// The dispatch that this is the result of.
    public var attempt: AttemptIdentity
    /// One row for each image of the shard.
    public var table: ResultTable
    /// Who computed it.
    public var origin: PartOrigin
    /// How long the computation took.
    public var seconds: Double
    /// How far its values may differ from recorded ones and still be the same, relative to the greater of both and 1; nil
    /// for bit for bit, but for cells of external models: ``ExternalModel/standardTolerance``.
    public var tolerance: Double?

    /// The result of one attempt.
    public init(attempt: AttemptIdentity, table: ResultTable, origin: PartOrigin, seconds: Double) {
        self.attempt = attempt
        self.table = table
        self.origin = origin
        self.seconds = seconds
    }
}

/// What became of a part.
public enum PartOutcome: Hashable, Sendable {
    /// `images` images were new and are recorded; `duplicates` were recorded before, bit for bit the same.
    case recorded(images: Int, duplicates: Int)
    /// Some image was recorded before with other bits; nothing of the part is recorded.
    case mismatched(PartMismatch)
    /// The part does not fit its cell, for the given reason; nothing of it is recorded.
    case refused(String)
}

/// Two results for the same images that ought to be equal, bit for bit or within a tolerance, and are not.
public struct PartMismatch: Hashable, Sendable {
    /// The shard that was compared.
    public var shard: Shard
    /// Indices in the data set of all images that differ, ascending.
    public var images: [UInt32]
    /// The first column in which the first of those images differs.
    public var column: String
    /// The value that is recorded there, and stays.
    public var recorded: Float
    /// The value that arrived.
    public var received: Float
    /// Who computed the recorded value of the first of those images.
    public var recordedBy: PartOrigin
    /// Who computed the value that arrived.
    public var receivedFrom: PartOrigin
    /// How far they may differ, relative to the greater of both and 1; nil where they must have equal bits.
    public var tolerance: Double?
}
