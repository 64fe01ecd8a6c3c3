// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A data set that others publish as four gzipped IDX files: what its files are, and where they can be had.
struct PublishedDataset {
    /// One published file, known by its decompressed bytes: gzip containers differ from mirror to mirror.
    struct File {
        let name: String
        /// Decompressed size in bytes.
        let size: Int
        /// SHA-256 of the decompressed bytes.
        let digest: Digest

        init(name: String, size: Int, sha256: String) {
            guard let digest = Digest(hexadecimal: sha256) else {
                preconditionFailure("the digest of \(name) is not 64 hexadecimal digits")
            }
            self.name = name
            self.size = size
            self.digest = digest
        }
    }

    /// The files of one part of the data set.
    struct Split {
        let images: File
        let labels: File
    }

    let name: String
    /// Where other tools keep the same files below their data directory; torchvision's layout.
    let foreignFolder: String
    /// Folders on the web that hold the files under their usual names, each with `.gz` added; the first is asked first.
    let mirrors: [String]
    let train: Split
    let test: Split

    /// Every file.
    var files: [File] { [train.images, train.labels, test.images, test.labels] }

    /// The files of a split, or nil when there is no such split.
    func split(_ name: String) -> Split? {
        switch name {
        case "train": train
        case "test": test
        default: nil
        }
    }

    static let all = [mnist, fashionMNIST]

    /// LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
    static let mnist = PublishedDataset(
        name: "mnist",
        foreignFolder: "MNIST/raw",
        mirrors: [
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ],
        train: pair(
            "train",
            count: 60_000,
            images: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            labels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        test: pair(
            "t10k",
            count: 10_000,
            images: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            labels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        )
    )

    /// Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms",
    /// 2017.
    static let fashionMNIST = PublishedDataset(
        name: "fashion-mnist",
        foreignFolder: "FashionMNIST/raw",
        mirrors: [
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ],
        train: pair(
            "train",
            count: 60_000,
            images: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            labels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        test: pair(
            "t10k",
            count: 10_000,
            images: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            labels: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        )
    )

    /// One split of a data set of 28×28 images.
    private static func pair(_ prefix: String, count: Int, images: String, labels: String) -> Split {
        Split(
            images: File(name: "\(prefix)-images-idx3-ubyte", size: 16 + count * 784, sha256: images),
            labels: File(name: "\(prefix)-labels-idx1-ubyte", size: 8 + count, sha256: labels)
        )
    }
}
