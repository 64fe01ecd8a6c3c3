// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

@Suite struct SweepFileErrorTests {
    /// Lines 1 to 5 of a file whose block begins in line 6.
    private static let header = """
        version: 1
        name: x
        models:
          g: {checkpoint: g.safetensors}
        blocks:

        """

    /// A file with one transform, in line 9 from column 9 on, and more lines of its block from line 10 on.
    private static func file(transform: String, more: String = "") -> String {
        header + """
              - models: [g]
                datasets: [mnist]
                transforms:
                  - \(transform)
            \(more.isEmpty ? "" : "    " + more)
            """
    }

    @Test("a message names file, line and column, and the axis that was probably meant")
    func form() {
        let yaml = Self.file(transform: "noise: {scael: 1e-3, scale: 1e-3}")
        let error = #expect(throws: SweepFileError.self) { try Sweep(parsing: yaml, file: "Sweeps/x.yaml") }
        #expect(error?.description == "Sweeps/x.yaml:9:17: unknown axis 'scael'; did you mean 'scale'?")
    }

    @Test("a path that only a shell would understand is refused, and one of a folder of that name is not")
    func home() {
        let yaml = """
            version: 1
            name: x
            models:
              a: {checkpoint: ~/a.safetensors}
              b: {recipe: "~me/b.yaml"}
              c: {checkpoint: ./~/c.safetensors}
            datasets:
              mine: {images: ~/images.gz, labels: labels~}
            blocks:
              - {models: [a, b, c], datasets: [mine], transforms: identity}
            """
        let rule = "begins with '~', which only shells replace; write the folder's whole path"
        #expect(
            Sweep.problems(of: yaml) == [
                "4:19: checkpoint \(rule)", "5:15: recipe \(rule)", "8:18: images \(rule)",
            ]
        )
    }

    @Test("all problems are told at once, in the order of their places")
    func allAtOnce() {
        let yaml = """
            version: 1
            nmae: x
            images: {split: tset, per-class-limit: 0}
            models:
              g: {chekpoint: g.safetensors}
            blocks:
              - models: [h]
                datasets: [mnits]
                transforms:
                  - turn
                  - noise: {scale: big, mask: background}
                  - translate: {dx: 1.5, dx: 2}
                seeds: []
            colour: red
            """
        #expect(
            Sweep.problems(of: yaml) == [
                "1:1: a sweep file needs 'name'",
                "2:1: unknown key 'nmae'; did you mean 'name'?",
                "3:17: unknown split 'tset'; did you mean 'test'?",
                "3:40: per-class-limit must be within 1 to 2147483647, not 0",
                "5:3: model 'g' needs 'checkpoint', 'recipe', 'family' or 'external'",
                "5:7: unknown key 'chekpoint'; did you mean 'checkpoint'?",
                "7:14: unknown model 'h'; there are g",
                "8:16: unknown dataset 'mnits'; did you mean 'mnist'? Files of your own are declared as "
                    + "datasets: {mnits: {images: PATH, labels: PATH}}",
                "10:9: unknown transform 'turn'; there are \(TransformKind.names.joined(separator: ", "))",
                "11:24: scale must be a number, not 'big'",
                "12:25: dx must be a whole number, not '1.5'",
                "12:30: key 'dx' is given twice; it stands in line 12 already",
                "13:12: seed must not be empty",
                "14:1: unknown key 'colour'; there are version, name, images, models, datasets, schedule, blocks, set, only, skip",
            ]
        )
    }

    @Test(
        "a transform's problem is told at its place",
        arguments: [
            ("noise", "9:9: noise needs 'scale'"),
            ("translate: {fill: edge}", "9:9: translate needs 'dx' or 'dy'"),
            ("zero-latents", "9:9: zero-latents needs 'levels' or 'level'"),
            (
                "zero-latents: {levels: 1, level: 2}",
                "9:35: axis given twice: 'levels' and 'level' are the same axis"
            ),
            ("zero-latents: {levels: [1, 0]}", "9:36: levels must be within 1 to 64, not 0"),
            ("zero-latents: {levels: 1, clamp: oui}", "9:42: clamp must be true or false, not 'oui'"),
            ("zero-latents: {levels: '1'}", "9:32: levels must be a whole number, not quoted text"),
            ("noise: {scale: -1}", "9:24: scale must be within 0 to 1000000, not -1"),
            ("noise: {scale: .nan}", "9:24: scale must be a number, not '.nan'"),
            ("noise: {scale: }", "9:24: scale must be a number, not nothing"),
            ("noise: {scale: []}", "9:24: scale must not be empty"),
            ("noise: {scale: [[1]]}", "9:25: scale must be a number, not a list"),
            ("noise: {scale: {}}", "9:24: scale must be one of range, linspace, logspace"),
            (
                "noise: {scale: {range: [0, 1, 1], linspace: [0, 1, 2]}}",
                "9:24: scale must be one of range, linspace, logspace"
            ),
            ("noise: {scale: {logspaec: [1, 2, 3]}}", "9:25: unknown key 'logspaec'; did you mean 'logspace'?"),
            ("noise: {scale: {logspace: [1, 2]}}", "9:35: logspace must be [from, to, count]"),
            ("noise: {scale: {range: 3}}", "9:32: range must be [from, to, step]"),
            ("noise: {scale: {range: [0, 1, 0]}}", "9:32: range of scale: the step is 0"),
            ("noise: {scale: {range: [0, 1, -0.1]}}", "9:32: range of scale: the step leads away from the end"),
            ("noise: {scale: {range: [0, 1, 1e-9]}}", "9:32: range of scale: more than 1000000 values"),
            (
                "noise: {scale: {linspace: [0, 1, 1]}}",
                "9:35: linspace of scale: the count must be a whole number from 2 on"
            ),
            ("noise: {scale: {linspace: [0, 1, 1e9]}}", "9:35: linspace of scale: more than 1000000 values"),
            ("noise: {scale: {logspace: [0, 1, 3]}}", "9:35: logspace of scale: logspace needs ends above 0"),
            ("noise: {scale: {linspace: [0, 1e7, 3]}}", "9:35: linspace of scale: 10000000 is outside 0 to 1000000"),
            ("translate: {dx: {range: [0, x, 1]}}", "9:37: a number of range must be a whole number, not 'x'"),
            (
                "translate: {dx: {logspace: [1, 4, 3]}}",
                "9:26: logspace is for real numbers; this axis takes whole ones: use range"
            ),
            ("translate: {dx: {range: [0, 4, -1]}}", "9:33: range of dx: steps of -1 lead away from 4"),
            (
                "translate: {dx: {range: [-9223372036854775808, 0, -1]}}",
                "9:33: range of dx: steps of -1 lead away from 0"
            ),
            (
                "translate: {dx: {range: [0, -9223372036854775808, -1]}}",
                "9:33: range of dx: more than 1000000 values"
            ),
            (
                "translate: {dx: 1, fill: {range: [1, 2, 3]}}",
                "9:35: range is for numbers; this axis takes one of zero, edge, wrap"
            ),
            ("translate: {dx: 1, fill: blakc}", "9:34: unknown fill 'blakc'; there are zero, edge, wrap"),
            ("[noise]", "9:9: a transform is a name or a name with parameters, not a list"),
            (
                "{identity: , noise: {scale: 1}}",
                "9:22: 'noise' after 'identity': an entry of transforms has one name; begin the next with '- ' and indent "
                    + "parameters further"
            ),
            ("identity: {dx: 1}", "9:20: unknown axis 'dx'; there are zip, when, seeds"),
            (
                "noise: {scale: [1, 2, 3], mask: [none, background], zip: [[scale, mask]]}",
                "9:67: zip [scale, mask] needs equal numbers of values: scale has 3, mask has 2"
            ),
            (
                "noise: {scale: [1, 2], zip: [scale, mask]}",
                "9:38: zip takes a list of groups of axes, as in [[scale, seed]]"
            ),
            ("noise: {scale: 1, zip: [[scale, maks]]}", "9:41: unknown axis 'maks'; did you mean 'mask'?"),
            ("noise: {scale: 1, zip: [[scale, seeds]]}", "9:41: unknown axis 'seeds'; did you mean 'seed'?"),
            (
                "noise: {scale: 1, zip: [[scale, mask], [scale, seed]]}",
                "9:49: axis given twice: 'scale' is zipped already"
            ),
            (
                "zero-latents: {level: 1, zip: [[levels, alpha]]}",
                "9:40: zero-latents here has not all axes of zip [levels, alpha]"
            ),
            (
                "noise: {scale: 1, when: {transform: noise, dx: 1}}",
                "9:52: unknown axis 'dx'; there are model, dataset, transform, seed, kind, scale, mask, clamp, requantise"
            ),
            ("noise: {scale: 1, when: {scale: 2}}", "9:41: no combination here has scale 2"),
            ("noise: {scale: 1, when: {}}", "9:33: when must name an axis: an empty condition holds everywhere"),
        ]
    )
    func transforms(text: String, problem: String) {
        let found = Sweep.problems(of: Self.file(transform: text))
        #expect(found.contains(problem), "\(found)")
        // Besides this problem only those that follow from it may be told.
        #expect(found.count <= 3, "\(found)")
    }

    @Test(
        "a rule's problem is told at its place",
        arguments: [
            ("exclude: [{levels: 4}]", "10:24: no combination here has levels 4"),
            ("exclude: [{transform: nosie}]", "10:27: unknown transform 'nosie'; did you mean 'noise'?"),
            ("exclude: [{transform: translate}]", "10:27: no combination here has transform translate"),
            ("exclude: [{dataset: glyphs}]", "10:25: no combination here has dataset glyphs"),
            ("exclude: [{}]", "10:15: an exclude rule must name an axis: an empty condition holds everywhere"),
            ("exclude: {}", "10:14: an exclude rule must name an axis: an empty condition holds everywhere"),
            ("exclude: [scale]", "10:15: an exclude rule must be a mapping, not 'scale'"),
            ("exclude: [{datasets: mnist}]", "10:16: unknown axis 'datasets'; did you mean 'dataset'?"),
            ("when: {if: {seed: 0}}", "10:11: when with 'if' needs 'then'"),
            ("when: {then: {seed: 0}}", "10:11: when with 'then' needs 'if'"),
            ("zip: [[dx, seed]]", "10:11: no transform of this block has all axes of zip [dx, seed]"),
            ("zip: [[transform, seed]]", "10:12: transform cannot be zipped"),
            ("zip: [[model, seed]]", "10:11: zip [model, seed] needs equal numbers of values: model has 1, seed has 2"),
            ("seed: 1", "10:5: unknown key 'seed'; did you mean 'seeds'?"),
        ]
    )
    func rules(text: String, problem: String) {
        let yaml = Self.file(transform: "noise: {scale: [1e-3, 1e-2]}", more: text + "\n    seeds: [0, 1]")
        let found =
            text.hasPrefix("seed:")
            ? Sweep.problems(of: Self.file(transform: "identity", more: text)) : Sweep.problems(of: yaml)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(problem) == true, "\(found)")
    }

    @Test("an axis that a transform zips cannot be zipped by its block too")
    func zippedTwice() {
        let transform = "noise: {scale: [1e-3, 1e-2], mask: [none, background], zip: [[scale, mask]]}"
        let yaml = Self.file(transform: transform, more: "zip: [[scale, seed]]\n    seeds: [0, 1]")
        #expect(Sweep.problems(of: yaml) == ["10:11: axis given twice: 'scale' is zipped already"])
    }

    @Test("a file that asks for more than its limits is refused where it goes beyond them")
    func limits() {
        let identities = Array(repeating: "identity", count: 1000).joined(separator: ", ")
        let million = "seeds: {range: [1, 1000000, 1]}"
        let cases = [
            (
                Self.header + "  - {models: g, datasets: mnist, transforms: [\(identities), noise: {scale: 1}]}",
                "6:47: from here the sweep has more than 1000 transforms or 4000000 values on axes"
            ),
            (
                Self.header
                    + "  - {models: g, datasets: mnist, transforms: [identity, identity, identity, identity], \(million)}",
                "6:47: from here the sweep has more than 1000 transforms or 4000000 values on axes"
            ),
            (
                Self.header
                    + "  - {models: [\(Array(repeating: "g", count: 10_000).joined(separator: ","))], datasets: mnist, \(million)"
                    + ", transforms: [noise: {scale: {linspace: [0, 1, 1000000]}}]}",
                "more than 2^53 combinations"
            ),
        ]
        for (yaml, problem) in cases {
            let found = Sweep.problems(of: yaml)
            #expect(found.count == 1 && found[0].hasSuffix(problem), "\(found)")
        }
    }

    @Test("names, images and files that cannot be are refused")
    func modelsAndImages() {
        let yaml = """
            version: 1
            name: a,b
            images: {indices: [3, 5, 3], per-class-limit: 2}
            models:
              "two words": {checkpoint: a}
              both: {checkpoint: a, family: glow}
              new: {family: gloww, conditioning: labels}
              again: {checkpoint: c}
              same: {checkpoint: c}
            datasets:
              mnist: {images: a, labels: b}
              mine: {images: a}
              yours: {images: a, labels: b}
              theirs: {images: a, labels: b}
            blocks:
              - {models: again, datasets: [yours], transforms: identity, seeds: [0, -1, 1.0]}
            """
        let rule = "a name has 1 to 64 letters, digits, '.', '_' and '-', and does not begin with '-'"
        #expect(
            Sweep.problems(of: yaml) == [
                "2:7: 'a,b' is no name: \(rule)",
                "3:10: images takes 'per-class-limit' or 'indices', not both",
                "3:26: index 3 is given twice",
                "5:3: 'two words' is no name: \(rule)",
                "6:25: model 'both' takes 'checkpoint' or 'family', not both",
                "7:17: unknown family 'gloww'; did you mean 'glow'?",
                "7:38: unknown conditioning 'labels'; did you mean 'label'?",
                "9:3: model 'same' is 'again' again, same weights and likelihood; name it once",
                "11:3: dataset 'mnist' is built in; give your files another name",
                "12:3: dataset 'mine' needs 'labels'",
                "14:3: dataset 'theirs' has the files of 'yours'; name them once",
                "16:73: seed must be within 0 to 9223372036854775807, not -1",
                "16:77: seed must be a whole number, not '1.0'",
            ]
        )
    }
}
