// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

/// What a command line sets of a sweep, written into its text.
@Suite struct SettledTextTests {
    private static let block = """
        version: 1
        name: s
        models: {m: {family: glow}, m.2: {family: pixelcnn}}
        blocks:
          - models: [m, m.2]
            datasets: mnist
            transforms:
              - identity
              - noise: {scale: [1e-3, 1e-2], mask: [none, background]}
        """
    private static let json = """
        {"version": 1, "name": "s",
         "models": {"m": {"family": "glow"}, "m.2": {"family": "pixelcnn"}},
         "blocks": [{"models": ["m", "m.2"], "datasets": "mnist",
                     "transforms": ["identity", {"noise": {"scale": [1e-3, 1e-2], "mask": ["none", "background"]}}]}]
        }
        """

    private func settled(_ text: String, _ settings: SweepSettings) throws -> Sweep {
        try Sweep(parsing: SettledText(settings, in: text, file: "s.yaml").text, file: "s.yaml")
    }

    /// What is wrong, in the words that a command line shows.
    private func problem(_ settings: SweepSettings, in text: String = block) throws -> String {
        let settled = try SettledText(settings, in: text, file: "s.yaml")
        do {
            _ = try Sweep(parsing: settled.text, file: "s.yaml")
            return ""
        } catch {
            return settled.description(of: error) { _ = try Sweep(parsing: $0, file: "s.yaml") }
        }
    }

    @Test("a value takes the place of the file's, in YAML and in JSON", arguments: [block, json])
    func sets(_ text: String) throws {
        let settings = try SweepSettings(
            sets: [
                "blocks[0].seeds=[0, 1,2]", "blocks[0].transforms.noise.mask=none", "models.m.2.family=resnet",
                "name=t",
            ],
            perClassLimit: 7
        )
        let sweep = try settled(text, settings)
        #expect(sweep.name == "t")
        #expect(sweep.images == ImageSelection(split: "test", rule: .perClass(limit: 7)))
        #expect(sweep.grid.tally().cells == 2 * 3 * (1 + 2))
        #expect(sweep.models["m.2"]?.source == .family(.resnet))
    }

    @Test("equal settings give equal texts, in whatever order and spacing, and setting them again changes nothing")
    func canonical() throws {
        let (one, other) = (
            try SweepSettings(sets: ["name=t", "blocks[0].seeds=[0,1]"], only: ["noise", "identity"]),
            try SweepSettings(sets: ["blocks[0].seeds= [0, 1]", "name=t"], only: ["identity", " noise"])
        )
        let text = try SettledText(one, in: Self.block, file: "s.yaml").text
        #expect(text.hasPrefix(Self.block))
        #expect(try SettledText(other, in: Self.block, file: "s.yaml").text == text)
        #expect(try SettledText(one, in: text, file: "s.yaml").text == text)
        #expect(try SettledText(.none, in: Self.block, file: "s.yaml").text == Self.block)
    }

    @Test("options take the place of what the text sets already, and leave the rest of it")
    func again() throws {
        let once = try SettledText(
            SweepSettings(sets: ["name=t", "blocks[0].seeds=[0, 1]"], only: ["noise"], skip: ["mask=none"]),
            in: Self.block,
            file: "s.yaml"
        ).text
        let twice = try SettledText(SweepSettings(sets: ["name=u"], only: ["identity"]), in: once, file: "s.yaml").text
        #expect(
            SweepSettings(of: twice).texts == [
                "--set 'blocks[0].seeds=[0, 1]'", "--set name=u", "--only identity", "--skip mask=none",
            ]
        )
    }

    @Test("what was set is read back from a text as options that set it again", arguments: [block, json])
    func readBack(_ text: String) throws {
        let settings = try SweepSettings(
            sets: ["name=it", "blocks[0].transforms[1].noise={scale: {range: [0.1, 0.3, 0.1]}, kind: 'gaussian'}"],
            only: ["noise scale=1e-3"],
            perClassLimit: 3
        )
        let settled = try SettledText(settings, in: text, file: "s.yaml").text
        #expect(SweepSettings(of: settled) == settings)
        #expect(settings.texts.contains("--per-class-limit 3") && settings.texts.contains("--set name=it"))
    }

    @Test(
        "a path that leads nowhere is refused at the option, with what was probably meant",
        arguments: [
            ("bloks[0].seeds=1", "the file has no 'bloks'; did you mean 'blocks'?"),
            ("bloks=1", "unknown key 'bloks'; did you mean 'blocks'?"),
            ("blocks[0].seads=1", "unknown key 'seads'; did you mean 'seeds'?"),
            ("blocks[1].seeds=1", "'blocks' has [0], not [1]"),
            (
                "blocks[0].transforms.nois.scale=1",
                "no entry of 'blocks[0].transforms' has 'nois'; did you mean 'noise'?"
            ),
            ("blocks[0].transforms[0].scale=1", "'blocks[0].transforms[0]' is 'identity', which has no 'scale'"),
            ("blocks[x].seeds=1", "does not begin with a number in brackets"),
            ("models.n={family: resnet}", "no block names a model 'n'; there are m, m.2"),
            ("models.n.family=glow", "'models' has no 'n'; there are m, m.2"),
            ("images.per-clas-limit=3", "unknown key 'per-clas-limit'; did you mean 'per-class-limit'?"),
            ("only=[nois]", "did you mean 'noise'?"),
        ]
    )
    func refusedPaths(_ set: String, _ reason: String) throws {
        let line = try problem(SweepSettings(sets: [set]))
        #expect(line.hasPrefix("--set ") && line.contains(reason) && !line.contains("\n"), "\(line)")
        #expect(!line.contains("s.yaml:"), "\(line)")
    }

    @Test("problems of a value are told at the option, those of the file where they are")
    func blame() throws {
        #expect(
            try problem(SweepSettings(sets: ["blocks[0].seeds=[0, x]"]))
                == "--set 'blocks[0].seeds=[0, x]': seed must be a whole number, not 'x'"
        )
        // The rule stands in the file, and was right before.
        let ruled = Self.block + "\n    exclude: [{seed: 0, transform: noise}]"
        let line = try problem(SweepSettings(sets: ["blocks[0].seeds=[1]", "name=t"]), in: ruled)
        #expect(line == "--set 'blocks[0].seeds=[1]': no combination here has seed 0 (s.yaml:10:22)")
        let wrong = Self.block.replacing("datasets: mnist", with: "datasets: mnst")
        let both = try problem(SweepSettings(sets: ["blocks[0].seeds=[x]"]), in: wrong)
        #expect(both.split(separator: "\n").count == 2)
        #expect(
            both.contains("\n--set 'blocks[0].seeds=[x]': seed must") && both.hasPrefix("s.yaml:6:15: unknown dataset")
        )
    }

    @Test("listed indices and a limit for each class exclude each other, told at the option")
    func limitAndIndices() throws {
        let line = try problem(SweepSettings(perClassLimit: 3), in: "images: {indices: [1]}\n" + Self.block)
        #expect(line.hasPrefix("--per-class-limit 3: images takes 'per-class-limit' or 'indices', not both"), "\(line)")
    }

    @Test(
        "an option that is no YAML, no path or no filter is refused in one line that begins with it",
        arguments: [
            (["blocks[0].seeds"], [], "--set 'blocks[0].seeds': not PATH=VALUE"),
            (["=1"], [], "--set =1: not PATH=VALUE"),
            (["a= "], [], "--set 'a= ': a value must stand behind '='"), (["a=[1"], [], "--set 'a=[1': not valid YAML"),
            (["a=1", "a=2"], [], "--set a=2: --set a=1 sets the same"),
            (["a=*b"], [], "--set 'a=*b': '*b' stands for nothing"),
            ([], ["modl=glow"], "--only modl=glow: no key 'modl'; did you mean 'model'?"),
            ([], ["class=1"], "--only class=1: class means nothing here"),
            ([], [" "], "--only '': a filter must not be empty"),
            ([], ["cell=4f"], "--only cell=4f: cell means nothing here"),
        ] as [([String], [String], String)]
    )
    func refusedOptions(_ sets: [String], _ only: [String], _ reason: String) {
        let error = #expect(throws: SweepSettings.Problem.self) { try SweepSettings(sets: sets, only: only) }
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test("a file that ends with a document's end, or whose first document is opened, takes settings before its end")
    func documentEnds() throws {
        let text = "---\n" + Self.block + "\n...\n"
        #expect(try settled(text, SweepSettings(sets: ["name=t"])).name == "t")
    }
}
