// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `images`: the split, and either a limit for each class or the images' indices.
struct ImagesReader {
    private static let split = DocumentKey.choice(
        "split",
        among: splits,
        standard: ImageSelection().split,
        "Which part of every data set."
    )
    private static let limit = DocumentKey.integer(
        "per-class-limit",
        in: 1...Int(Int32.max),
        "The first so many images of each class, in the data set's order."
    )
    private static let indexDomain = ParameterDomain.integer(0...Int(UInt32.max))
    private static let indices = DocumentKey.node(
        "indices",
        .values(indexDomain),
        "The images themselves, by their numbers from 0, none of them twice."
    )
    static let keys = KeyTable(
        [split.facts, limit.facts, indices.facts],
        .atMostOne([limit.name, indices.name])
    )
    static let splits = ["train", "test"]

    let document: DocumentReader

    func read(_ node: SourceNode?) -> SelectedImages {
        var images = SelectedImages()
        guard let node, let fields = document.fields(node, of: "images", known: Self.keys) else { return images }
        if let split = fields.value(Self.split) { images.selection.split = split }
        if fields[Self.limit.name] != nil, let indices = fields.entries([Self.indices.name]).first {
            document.report("images takes 'per-class-limit' or 'indices', not both", at: indices.position)
        }
        if let limit = fields.value(Self.limit) { images.selection.rule = .perClass(limit: limit) }
        if let node = fields.value(Self.indices),
            let values = document.values(node, of: Self.indices.name, in: Self.indexDomain)
        {
            select(values, in: &images)
        }
        return images
    }

    private func select(_ indices: ValueList, in images: inout SelectedImages) {
        var seen: Set<UInt64> = []
        for (number, index) in indices.codes.enumerated() {
            if !seen.insert(index).inserted {
                document.report("index \(index) is given twice", at: indices.position(number))
            }
            if images.largest.map({ $0.index < Int(index) }) ?? true {
                images.largest = (Int(index), indices.position(number))
            }
        }
        images.selection.rule = .indices(seen.sorted().map { Int($0) })
    }
}

/// The images of a sweep, with what checks against the data sets need.
struct SelectedImages {
    var selection = ImageSelection()
    /// The largest of the listed indices and its place; nil without a list.
    var largest: (index: Int, position: Diagnostic.Position)?
}
