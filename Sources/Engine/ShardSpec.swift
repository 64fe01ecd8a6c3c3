// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Everything that decides a shard's numbers.
public struct ShardSpec: Hashable, Sendable {
    /// The model that scores the images.
    public struct Model: Hashable, Sendable {
        /// Where the model comes from.
        public var location: ModelLocation
        /// SHA-256 of the checkpoint it must be.
        public var digest: Digest
        /// Which likelihood is reported.
        public var conditioning: Conditioning

        /// A model and how it is used.
        public init(location: ModelLocation, digest: Digest, conditioning: Conditioning) {
            self.location = location
            self.digest = digest
            self.conditioning = conditioning
        }
    }

    /// The data set that the images are of.
    public struct Dataset: Hashable, Sendable {
        /// A pair of IDX files that hold the data set, gzipped or not.
        public struct Files: Hashable, Sendable {
            /// SHA-256 of the file of images.
            public var images: Digest
            /// SHA-256 of the file of labels.
            public var labels: Digest

            /// The digests of both files.
            public init(images: Digest, labels: Digest) {
                self.images = images
                self.labels = labels
            }
        }

        /// Where it comes from.
        public var source: DatasetSource
        /// What the sweep file calls it.
        public var name: String
        /// The part of it: `train` or `test`.
        public var split: String
        /// The digest its images and labels must have.
        public var digest: Digest
        /// The files to ask a `FileSupply` for where this machine lacks the data set; nil where there are none.
        public var files: Files?

        /// One split of a data set; no files unless said otherwise.
        public init(source: DatasetSource, name: String, split: String, digest: Digest, files: Files? = nil) {
            self.source = source
            self.name = name
            self.split = split
            self.digest = digest
            self.files = files
        }
    }

    /// The model that scores the images.
    public var model: Model
    /// The data set that the images are of.
    public var dataset: Dataset
    /// What is done to the images first.
    public var transform: TransformSpec
    /// The seed of dequantisation and noise.
    public var seed: UInt64
    /// The images' indices in the data set.
    public var indices: [UInt32]

    /// A shard and all that decides its numbers.
    public init(model: Model, dataset: Dataset, transform: TransformSpec, seed: UInt64, indices: [UInt32]) {
        self.model = model
        self.dataset = dataset
        self.transform = transform
        self.seed = seed
        self.indices = indices
    }
}
