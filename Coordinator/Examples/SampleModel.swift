// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Vocabulary

/// A model that a sweep file may begin with.
enum SampleModel: String, ExpressibleByArgument, CaseIterable {
    case glow, pixelcnn, external

    /// What the file says of it.
    ///
    /// A model that comes with the program is the one that was trained on the first of the built-in data sets.
    ///
    /// - Throws: `CommandFailure.usage` where the program came without its models.
    func declaration(for datasets: [SampleDataset]) throws -> SweepTemplate.Model {
        if self == .external { return external(datasets) }
        // What is no digit has no digit's class; the PixelCNN++ that come with the program know of none.
        let isMarginal = self == .glow && datasets.contains { $0.files != nil }
        let conditioning = isMarginal ? ", conditioning: marginal" : ""
        let file = "\(checkpoint(datasets.lazy.compactMap(\.builtin).first ?? "mnist"))"
        guard let path = ShippedFiles.model(file) else {
            throw CommandFailure.usage(
                "no \(file).safetensors beside this program, which was installed without its models; "
                    + "give --model external, or install it whole (docs/INSTALLING.md)"
            )
        }
        let line = "{checkpoint: \(SweepTemplate.quoted(path))\(conditioning)}"
        return SweepTemplate.Model(name: rawValue, lines: [line], hasLatents: self == .glow)
    }

    private func checkpoint(_ dataset: String) -> String {
        let suffix = dataset == "fashion-mnist" ? "fashion" : "mnist"
        return switch (self, dataset) {
        case (.pixelcnn, "glyphs"): "glyphs-pixelcnn"
        case (.pixelcnn, _): "pixelcnn-\(suffix)"
        case (_, "glyphs"): "glyphs-glow-affine"
        default: "glow-affine-\(suffix)"
        }
    }

    private func external(_ datasets: [SampleDataset]) -> SweepTemplate.Model {
        let facts = datasets[0].facts
        let input = "height: \(facts.height), width: \(facts.width), channels: \(facts.channels), range: [0, 255]"
        return SweepTemplate.Model(
            name: "mine-scored",
            lines: [
                "external: my-scorer    # workers offer it: worker run --scorer my-scorer='python3 score.py'",
                "version: \"1\"           # another one whenever the model changes: its numbers are others then",
                "input: {\(input)}",
            ]
        )
    }
}
