// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Foundation
import Vocabulary

/// A data set that a sweep file may begin with.
struct SampleDataset {
    /// What the file calls it.
    var name: String
    /// The built-in data set that it is; nil for files.
    var builtin: String?
    /// Its files, by absolute paths; nil for a built-in one.
    var files: (images: String, labels: String)?
    var facts: DatasetFacts

    /// As a sweep file's reader knows it.
    var source: DatasetSource {
        files.map { .idx(images: $0.images, labels: $0.labels) } ?? .builtin(builtin ?? name)
    }

    /// The data sets that words of a command line name.
    ///
    /// - Parameter words: Names, and paths of images, each followed by that of the labels where its own does not tell.
    /// - Returns: At least one, none of the built-in ones twice.
    /// - Throws: `CommandFailure.usage` where a file is none, or has no labels.
    static func named(_ words: [String]) throws -> [SampleDataset] {
        var (rest, datasets) = (words[...], [SampleDataset]())
        while let word = rest.popFirst() {
            if DatasetSource.builtinNames.contains(word) {
                guard !datasets.contains(where: { $0.builtin == word }) else { continue }
                datasets.append(SampleDataset(name: word, builtin: word, facts: builtinFacts))
                continue
            }
            let follows = rest.first.map { $0.contains("label") && !word.contains("label") } ?? false
            let labels =
                follows ? rest.removeFirst() : word.replacing("images", with: "labels").replacing("idx3", with: "idx1")
            let number = datasets.count { $0.files != nil } + 1
            datasets.append(try own(word, labels, name: number == 1 ? "mine" : "mine-\(number)"))
        }
        return datasets
    }

    /// All of them have images of one size.
    private static let builtinFacts = DatasetFacts(height: 28, width: 28, channels: 1, classes: 10, count: 1000)

    private static func own(_ images: String, _ labels: String, name: String) throws -> SampleDataset {
        guard FileManager.default.fileExists(atPath: images) else {
            let known = DatasetSource.builtinNames.joined(separator: ", ")
            throw CommandFailure.usage("\(images): no such file, and no built-in data set either; those are \(known)")
        }
        guard labels != images, FileManager.default.fileExists(atPath: labels) else {
            let place = labels == images ? "" : " (there is no \(labels))"
            throw CommandFailure.usage("\(images): where are its labels\(place)? Name their file behind it")
        }
        let paths = (images: URL(filePath: images).path, labels: URL(filePath: labels).path)
        let source = DatasetSource.idx(images: paths.images, labels: paths.labels)
        do {
            let facts = try DatasetLibrary(directories: []).load(source, name: name, split: "test").facts
            return SampleDataset(name: name, files: paths, facts: facts)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }
}
