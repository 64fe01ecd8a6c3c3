// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Statistics
import Testing
import Vocabulary

/// Claims under every reading of what the paper leaves open.
@Suite struct ReadingTests {
    private let labels: [UInt8] = (0..<40).map { UInt8($0 % 4) }
    private let settings: AnswerSettings = {
        var settings = AnswerSettings()
        settings.replicates = 400
        return settings
    }()

    /// Values around `mean` that vary a little over images.
    private func values(_ mean: Double) -> [Float] {
        labels.indices.map { image in Float(mean + 0.01 * (Double(image * 7 % 11) / 10 - 0.5)) }
    }

    /// A cell of an affine Glow whose images are `change` above those of `identity`.
    private func glow(
        _ transform: TransformSpec = .identity,
        change: Double = 0,
        model: String = "glow",
        weights: String = "weights",
        seed: UInt64 = 0
    ) -> StoredRun.Cell {
        let bpd = transform == .identity ? values(1) : zip(values(1), values(change)).map { $0 + $1 }
        let nll = bpd.map { 709.78 * $0 }
        let columns = ["bpd": bpd, "nll": nll, "logdet.1": bpd, "quadratic.1": bpd, "logscale.1": bpd]
        return .init(
            model: model,
            transform: transform,
            seed: seed,
            labels: labels,
            columns: columns,
            weights: weights
        )
    }

    /// A cell of a PixelCNN++, likewise.
    private func pixelcnn(_ transform: TransformSpec, change: Double) -> StoredRun.Cell {
        var cell = glow(transform, change: change, model: "pixelcnn")
        let bpd = cell.columns["bpd"] ?? []
        cell.columns = ["bpd": bpd, "nll": bpd.map { 543.43 * $0 }, "bpd.interval": bpd]
        return cell
    }

    private func shift(_ fill: ImageSurroundings = .zero, _ stage: TransformStage = .afterResize) -> TransformSpec {
        .translate(Translation(dx: -1, fill: fill, stage: stage))
    }

    private func rows(_ cells: [StoredRun.Cell], checkpoints: [Digest: CheckpointFacts] = [:]) throws -> [ReadingRow] {
        let run = try StoredRun(cells)
        return try ClaimQuestions([run.answers("", settings)], checkpoints: checkpoints).readings().rows
            .filter { $0.claim == "a1" }
    }

    @Test("every combination of settings that the paper leaves open is a reading, and those that differ are named")
    func settingsOfTransforms() throws {
        let rows = try rows([
            glow(), glow(shift(), change: 0.08), glow(shift(.edge), change: 0.02),
            glow(shift(.wrap, .beforeResize), change: 0.09), glow(seed: 3), glow(shift(), change: 0.08, seed: 3),
        ])
        #expect(rows.map(\.reading) == ["", "seed=3", "fill=edge", "fill=wrap stage=before-resize"])
        #expect(rows.map(\.state) == [.holds, .holds, .fails, .holds])
        let robustness = try #require(RobustnessRow.rows(of: rows).first)
        #expect(robustness.readings == 4 && robustness.counts == [.holds: 3, .fails: 1])
        #expect(robustness.share(.holds) == 0.75)
        #expect(robustness.state == .holds && robustness.disagreeing == ["fill=edge (fails)"])
    }

    @Test("a claim about several models has a row for all of them, and one for each")
    func questions() throws {
        let network = [TransformSpec.identity, shift()].map { pixelcnn($0, change: 0.002) }
        let run = try StoredRun([glow(), glow(shift(), change: 0.08)] + network)
        let rows = try ClaimQuestions([run.answers("", settings)]).readings().rows
        let robust = RobustnessRow.rows(of: rows)
        #expect(robust.first { $0.claim == "a2" }?.model == "pixelcnn")
        // Digit 1 is asked of both.
        let lowest = robust.filter { $0.claim == "c" }
        #expect(lowest.map(\.model) == [nil, "glow", "pixelcnn"])
        #expect(lowest.first?.readings == 2 && lowest.first?.state == nil)
    }

    @Test("another training is a reading, named by what its checkpoint says of it")
    func trainings() throws {
        func digest(_ model: String) -> Digest { Digest(of: "\(model) weights".utf8) }
        func facts(_ dataset: String, pad: Bool = false, conditional: Bool = true) -> CheckpointFacts {
            CheckpointFacts(dataset: dataset, preprocessing: pad ? .pad : .resize, isConditional: conditional)
        }
        let models = ["padded", "free", "glow", "another"]
        let cells = models.flatMap { [glow(model: $0), glow(shift(), change: 0.08, model: $0)] }
        let found = try rows(
            cells,
            checkpoints: [
                digest("padded"): facts("mnist", pad: true), digest("free"): facts("mnist", conditional: false),
                digest("glow"): facts("mnist"), digest("another"): facts("mnist"),
            ]
        )
        let readings = Dictionary(uniqueKeysWithValues: found.map { ($0.decided.model ?? "", $0.reading) })
        #expect(
            readings == [
                "padded": "preprocessing=pad", "free": "unconditional", "glow": "", "another": "weights=another",
            ]
        )
        #expect(found.allSatisfy { $0.standard == "glow" })
    }

    @Test("a checkpoint that says what it was trained on is believed more than its name")
    func provenance() throws {
        let facts = CheckpointFacts(dataset: "fashion-mnist", preprocessing: .resize, isConditional: true)
        let digest = Digest(of: "mnist-glow weights".utf8)
        let cells = [glow(model: "mnist-glow"), glow(shift(), change: 0.08, model: "mnist-glow")]
        #expect(try rows(cells).count == 1)
        #expect(try rows(cells, checkpoints: [digest: facts]).isEmpty)
    }

    @Test(
        "the data set that a checkpoint was trained on is read from its provenance",
        arguments: [
            ("trained by recipe r (sha256 0); on 55000 images of mnist train (sha256 1); 3 steps", "mnist"),
            ("9787 steps of batch 64 on 55,000 fashion-mnist training images by the twin", "fashion-mnist"),
            ("on 10 images of mnist train; then on 20 images of glyphs train", "glyphs"), ("freshly initialised", nil),
        ]
    )
    func trainingSet(_ provenance: String, _ dataset: String?) {
        #expect(CheckpointFacts.dataset(ofProvenance: provenance) == dataset)
    }

    @Test("a model that is measured against another has the other's trainings as readings of one question")
    func rivals() throws {
        let noise = TransformSpec.noise(Noise(scale: 1e-3))
        let glows = ["glow", "glow-again"].flatMap { [glow(model: $0), glow(noise, change: 0.3, model: $0)] }
        let network = [TransformSpec.identity, noise].map { pixelcnn($0, change: 4) }
        let run = try StoredRun(glows + network)
        let rows = try ClaimQuestions([run.answers("", settings)]).readings().rows.filter { $0.claim == "d2" }
        #expect(rows.map(\.reading).sorted() == ["", "weights=glow-again"])
        let robust = RobustnessRow.rows(of: rows)
        #expect(robust.count == 1 && robust.first?.readings == 2 && robust.first?.state == .holds)
        #expect(robust.first?.transform?.hasSuffix(" against glow") == true)
    }

    @Test("cells of several runs are put to a claim together, each once, over the images that two models share")
    func runs() throws {
        let noise = TransformSpec.noise(Noise(scale: 1e-3))
        let flow = [glow(), glow(noise, change: 0.3)]
        var network = [TransformSpec.identity, noise].map { pixelcnn($0, change: 4) }
        // The other run has the first half of the images alone.
        for place in network.indices {
            network[place].labels = Array(labels.prefix(20))
            network[place].columns = network[place].columns.mapValues { Array($0.prefix(20)) }
        }
        let run = try StoredRun(flow)
        try run.add(network + flow, id: "other")
        let other = try RunAnswers(run.store, run: "other", settings: settings)
        let answer = try ClaimQuestions([run.answers("", settings), other]).claims()
        let worse = try #require(answer.rows.first { $0.claim == "d2" })
        #expect(worse.state == .holds && abs((worse.effect ?? 0) - 3.7) < 0.01)
        #expect(answer.rows.count { $0.claim == "d1" } == 2)
    }
}
