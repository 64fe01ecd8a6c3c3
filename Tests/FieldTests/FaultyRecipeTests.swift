// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("A recipe that cannot be trained", .timeLimit(.minutes(2)))
struct FaultyRecipeTests {
    private static func recipe(
        _ model: String = "{family: glow, levels: 2, steps: 1, hidden-channels: 8, height: 8, width: 8}",
        data: String = "{dataset: glyphs, validation-images: 64}",
        optimiser: String = "{}",
        training: String = "{steps: 3, batch: 16, initialisation-images: 16}"
    ) -> String {
        """
        version: 1
        name: tiny
        model: \(model)
        data: \(data)
        optimiser: \(optimiser)
        training: \(training)
        """
    }

    private func train(_ text: String) async throws -> (code: Int32, errorLines: [String]) {
        let folder = try TemporaryFolder()
        let recipe = try folder.write(text, to: "r.yaml")
        let outcome = try await Executable.worker.run(["train", recipe, "--output", folder.path("x.safetensors")])
        return (outcome.code, outcome.errorLines.map { $0.replacing(folder.path("") + "/", with: "") })
    }

    @Test("is told with all its problems at once, each with file, line, column and key")
    func problems() async throws {
        let outcome = try await train(
            Self.recipe(
                "{family: glow, levels: 3, height: 28, width: 28, channels: 2}",
                data: "{dataset: glyphs, validation-images: 999999}",
                optimiser: "{method: adma, learning-rate: fast}",
                training: "{steps: 0, batch: 16}"
            )
        )
        #expect(outcome.code == 2)
        #expect(
            outcome.errorLines == [
                "r.yaml:3:31: levels: an impossible glow: an image of 28×28 cannot be halved 3 times",
                "r.yaml:3:67: channels: an impossible glow: channels must be 1 or 3, not 2",
                "r.yaml:4:7: dataset 'glyphs' does not fit the model: its images have 1 channel, the model takes 2",
                "r.yaml:4:44: validation-images: 999,999 of the 5,000 images of 'glyphs' train leave too few for a batch of "
                    + "16; give fewer validation-images or a smaller batch",
                "r.yaml:5:21: unknown method 'adma'; did you mean 'adam'?",
                "r.yaml:5:42: learning-rate must be a number, not 'fast'",
                "r.yaml:6:19: steps must be within 1 to 1000000000, not 0",
            ]
        )
    }

    @Test("is told so where its family is unknown and its name is wrong, too")
    func unknownFamily() async throws {
        let outcome = try await train(
            Self.recipe("{family: gloww, height: 0}", data: "{dataset: kmnist}", training: "{epochs: 1, batch: 0}")
        )
        #expect(
            outcome.errorLines == [
                "r.yaml:3:17: unknown family 'gloww'; did you mean 'glow'?",
                "r.yaml:3:32: height must be within 1 to 256, not 0",
                "r.yaml:4:17: unknown dataset 'kmnist'; did you mean 'mnist'? Files of your own are "
                    + "{images: PATH, labels: PATH}",
                "r.yaml:6:30: batch must be within 1 to 65536, not 0",
            ]
        )
    }

    @Test("is told in a sweep with each problem's own place in the recipe")
    func inSweep() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(
            Self.recipe("{family: glow, levels: 3, height: 28, width: 28}", training: "{minutes: 1, batch: 0}"),
            to: "r.yaml"
        )
        let sweep = try folder.write(
            """
            version: 1
            name: s
            models: {tiny: {recipe: r.yaml}}
            blocks: [{models: [tiny], datasets: [kmnist], transforms: [identity]}]
            """,
            to: "s.yaml"
        )
        let outcome = try await Executable.coordinator.run(["plan", sweep, "--store", folder.path("none")])
        #expect(outcome.code == 2)
        #expect(
            outcome.errorLines.map { $0.replacing(folder.path("") + "/", with: "") } == [
                "s.yaml:4:38: unknown dataset 'kmnist'; did you mean 'mnist'? Files of your own are declared as "
                    + "datasets: {kmnist: {images: PATH, labels: PATH}}"
            ]
        )
        let known = try folder.write(
            """
            version: 1
            name: s
            models: {tiny: {recipe: r.yaml}}
            blocks: [{models: [tiny], datasets: [glyphs], transforms: [identity]}]
            """,
            to: "s.yaml"
        )
        let planned = try await Executable.coordinator.run(["plan", known, "--store", folder.path("none")])
        #expect(
            planned.errorLines.map { $0.replacing(folder.path("") + "/", with: "") } == [
                "s.yaml:3:10: model 'tiny': r.yaml:3:31: levels: an impossible glow: an image of 28×28 cannot be halved 3 times",
                "s.yaml:3:10: model 'tiny': r.yaml:6:21: minutes: its length is a time, within which every machine trains another "
                    + "model; give epochs or steps",
                "s.yaml:3:10: model 'tiny': r.yaml:6:31: batch must be within 1 to 65536, not 0",
            ]
        )
    }

    @Test("whose state is another's is told by the keys that differ, with both values")
    func otherState() async throws {
        let folder = try TemporaryFolder()
        let recipe = try folder.write(Self.recipe(), to: "r.yaml")
        let train = ["train", recipe, "--output", folder.path("x.safetensors")]
        #expect(try await Executable.worker.run(train).code == 0)
        _ = try folder.write(
            Self.recipe(
                optimiser: "{learning-rate: 0.001}",
                training: "{steps: 3, batch: 8, initialisation-images: 16}"
            ),
            to: "r.yaml"
        )
        let outcome = try await Executable.worker.run(train + ["--resume"])
        #expect(outcome.code == 2)
        #expect(
            outcome.errorLines == [
                "the state is of another recipe, 'tiny' as it was then: learning-rate is 0.001 here and 0.0002 there, "
                    + "batch is 8 here and 16 there; train that one on, or begin again with --overwrite"
            ]
        )
    }

    @Test("by the name of a data set of one's own is told how files are given")
    func ownDataset() async throws {
        let outcome = try await Executable.worker.run(["evaluate", Checkout.model, "--dataset", "kmnist"])
        #expect(outcome.code == 2)
        #expect(
            outcome.errorLines == [
                "unknown data set 'kmnist'; known: mnist, fashion-mnist, glyphs; did you mean 'mnist'? Files of your own are "
                    + "two IDX files: --dataset IMAGES --labels LABELS"
            ]
        )
    }
}
