// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One attempt handed to one worker, with all it takes to compute it.
public struct Assignment: Hashable, Sendable {
    /// The model that scores the images.
    public struct Model: Hashable, Sendable {
        /// The model's name in the sweep file.
        public var name: String
        /// Where the checkpoint lies.
        public var checkpoint: String
        /// SHA-256 of the checkpoint; a worker whose file has another one reports a failure.
        public var digest: Digest
        /// Which likelihood is reported.
        public var conditioning: Conditioning
        /// Size of the checkpoint, where the coordinator hands it out.
        public var checkpointBytes: Int?

        /// A checkpoint and how it is used; not handed out unless said otherwise.
        public init(
            name: String,
            checkpoint: String,
            digest: Digest,
            conditioning: Conditioning,
            checkpointBytes: Int? = nil
        ) {
            self.name = name
            self.checkpoint = checkpoint
            self.digest = digest
            self.conditioning = conditioning
            self.checkpointBytes = checkpointBytes
        }

        /// The checkpoint as the coordinator hands it out; nil where it does not.
        public var artifact: ArtifactReference? {
            checkpointBytes.map { ArtifactReference(digest: digest, bytes: $0) }
        }
    }

    /// Where the images come from.
    public struct Dataset: Hashable, Sendable {
        /// The two files of a data set.
        public struct Files: Hashable, Sendable {
            /// The images.
            public var images: ArtifactReference
            /// Their labels.
            public var labels: ArtifactReference

            /// Images and their labels.
            public init(images: ArtifactReference, labels: ArtifactReference) {
                self.images = images
                self.labels = labels
            }
        }

        /// The data set's name in the sweep file.
        public var name: String
        /// Where it comes from.
        public var source: DatasetSource
        /// The part of it: `train` or `test`.
        public var split: String
        /// Digest of the slice; a worker whose data have another one reports a failure.
        public var digest: Digest
        /// The files that the data are read from, where the coordinator hands them out.
        public var files: Files?

        /// A part of a data set; not handed out unless said otherwise.
        public init(name: String, source: DatasetSource, split: String, digest: Digest, files: Files? = nil) {
            self.name = name
            self.source = source
            self.split = split
            self.digest = digest
            self.files = files
        }
    }

    /// What is computed, and which dispatch of it this is.
    public var attempt: AttemptIdentity
    /// The model that scores the images.
    public var model: Model
    /// Where the images come from.
    public var dataset: Dataset
    /// What is done to the images first.
    public var transform: TransformSpec
    /// The seed of dequantisation and noise.
    public var seed: UInt64
    /// The images' indices in their data set, ascending, one for each position of the shard.
    public var indices: [UInt32]

    /// An attempt and all it takes to compute it.
    public init(
        attempt: AttemptIdentity,
        model: Model,
        dataset: Dataset,
        transform: TransformSpec,
        seed: UInt64,
        indices: [UInt32]
    ) {
        self.attempt = attempt
        self.model = model
        self.dataset = dataset
        self.transform = transform
        self.seed = seed
        self.indices = indices
    }
}
