// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    /// The images of a sweep, with what checks against the data sets need.
    struct Images {
        var selection = ImageSelection()
        /// The largest of the listed indices and its place; nil without a list.
        var largest: (index: Int, position: Diagnostic.Position)?
    }

    /// Reads `images`: the split, and either a limit for each class or the images' indices.
    mutating func readImages(_ node: SourceNode) -> Images {
        var images = Images()
        guard let fields = fields(node, of: "images", known: ["split", "per-class-limit", "indices"]) else {
            return images
        }
        let splits = ["train", "test"]
        if let field = fields["split"], let code = code(field.value, of: "split", in: .choice(splits)) {
            images.selection.split = splits[Int(code)]
        }
        if fields["per-class-limit"] != nil, let indices = fields["indices"] {
            report("images takes 'per-class-limit' or 'indices', not both", at: indices.position)
        }
        if let field = fields["per-class-limit"],
            let limit = code(field.value, of: "per-class-limit", in: .integer(1...Int(Int32.max)))
        {
            images.selection.rule = .perClass(limit: Int(limit))
        }
        if let field = fields["indices"],
            let values = values(field.value, of: "indices", in: .integer(0...Int(UInt32.max)))
        {
            readIndices(values, into: &images)
        }
        return images
    }

    private mutating func readIndices(_ values: AxisValues, into images: inout Images) {
        var seen: Set<UInt64> = []
        for (number, code) in values.codes.enumerated() {
            if !seen.insert(code).inserted { report("index \(code) is given twice", at: values.position(number)) }
            if images.largest.map({ $0.index < Int(code) }) ?? true {
                images.largest = (Int(code), values.position(number))
            }
        }
        images.selection.rule = .indices(seen.sorted().map { Int($0) })
    }
}
