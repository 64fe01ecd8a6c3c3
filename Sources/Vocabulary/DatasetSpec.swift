// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One split of a data set, and where it is found.
public struct DatasetSpec: Hashable, Sendable {
    /// The two IDX files of a data set, gzipped or not, as the coordinator hands them out.
    public struct Files: Hashable, Sendable {
        /// The file of images.
        public var images: ArtifactReference
        /// The file of their labels.
        public var labels: ArtifactReference

        /// Both files.
        public init(images: ArtifactReference, labels: ArtifactReference) {
            self.images = images
            self.labels = labels
        }
    }

    /// What the sweep file calls it; for people only.
    public var name: String
    /// Where it comes from, and is looked for first.
    public var source: DatasetSource
    /// The part of it: `train` or `test`.
    public var split: String
    /// Digest of all images and labels of the split, whichever of them are scored.
    ///
    /// Not a `DatasetSlice.digest`: that is of a selection, and whoever reads the files knows only what is in them.
    /// Data that have another digest are not these data, wherever they were found.
    public var content: Digest
    /// The files that the coordinator hands out; nil where it hands out none.
    public var files: Files?

    /// One split of a data set, not handed out by default.
    public init(name: String, source: DatasetSource, split: String, content: Digest, files: Files? = nil) {
        self.name = name
        self.source = source
        self.split = split
        self.content = content
        self.files = files
    }
}
