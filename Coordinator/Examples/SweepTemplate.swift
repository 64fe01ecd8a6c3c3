// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A sweep file to begin with: small, complete, and with a comment on all that one changes first.
struct SweepTemplate {
    /// A model as the file declares it.
    struct Model {
        var name: String
        /// What stands after the name, one line or several indented ones.
        var lines: [String]
        /// Whether levels of its latents can be zeroed.
        var hasLatents = false
    }

    /// A data set as the file names it.
    struct Dataset {
        var name: String
        /// Its files; nil for a built-in one.
        var files: (images: String, labels: String)?
    }

    /// The file of the JSON Schema, for editors; nil where there is none.
    var schema: String?
    var name: String
    var models: [Model]
    var datasets: [Dataset]

    /// The file.
    var text: String {
        (head + modelLines + datasetLines + blockLines).map { $0 + "\n" }.joined()
    }

    private var head: [String] {
        (schema.map { ["# yaml-language-server: $schema=\($0)"] } ?? []) + [
            "# What it takes:  coordinator plan FILE",
            "# To compute it:  coordinator run FILE --local-workers 2",
            "# To see it:      coordinator tail, coordinator effects, coordinator report --output DIR",
            "# All that a sweep file may say: docs/SWEEPS.md",
            "version: 1",
            "name: \(name)",
            "",
            "# Which images of every data set. Without the limit: all of the split.",
            "images: {split: test, per-class-limit: 20}",
            "",
        ]
    }

    private var modelLines: [String] {
        ["# A name for each model. Relative paths start from this file's folder.", "models:"]
            + models.flatMap { model in
                model.lines.count == 1
                    ? ["  \(model.name): \(model.lines[0])"]
                    : ["  \(model.name):"] + model.lines.map { "    \($0)" }
            } + [""]
    }

    private var datasetLines: [String] {
        let own = datasets.compactMap { dataset in dataset.files.map { (dataset.name, $0) } }
        guard !own.isEmpty else { return [] }
        return ["# Your own data: IDX files, gzipped or not.", "datasets:"]
            + own.map { name, files in
                "  \(name): {images: \(Self.quoted(files.images)), labels: \(Self.quoted(files.labels))}"
            } + [""]
    }

    private var blockLines: [String] {
        [
            "# The sweep is the union of its blocks, each the product of its axes: every model, data set, transform (with",
            "# every combination of its parameters) and seed.",
            "blocks:",
            "  - models: [\(models.map(\.name).joined(separator: ", "))]",
            "    datasets: [\(datasets.map(\.name).joined(separator: ", "))]",
            "    transforms:",
            "      - identity                    # what all others are compared with",
            "      - translate: {dx: [-1, -2]}   # one and two pixels to the left",
            "      - noise: {scale: {logspace: [1e-4, 1e-2, 3]}, mask: [none, background]}",
        ] + zeroing + [
            "    seeds: [0]                      # of dequantisation and noise; {range: [0, 4, 1]} for five of them",
            "    # exclude: [{transform: noise, scale: 1e-2, mask: background}]   # combinations to leave out",
        ]
    }

    /// Zeroing of latents, for the models that have some.
    private var zeroing: [String] {
        let flows = models.filter(\.hasLatents).map(\.name)
        guard !flows.isEmpty else { return [] }
        let condition = flows.count == models.count ? "" : ", when: {model: [\(flows.joined(separator: ", "))]}"
        return ["      - zero-latents: {levels: [1, 2]\(condition)}   # the decoded image is scored again"]
    }

    /// A text in quotes, as JSON and YAML both read it.
    static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
