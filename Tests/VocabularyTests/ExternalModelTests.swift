// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct ExternalModelTests {
    private let model = ExternalModel(
        scorer: "resnet-flow",
        version: "2026-11",
        input: ExternalModel.Input(height: 32, width: 24, channels: 3, black: -0.5, white: 0.5, preprocessing: .pad)
    )

    @Test func `The digest is that of what the sweep file says, with each ingredient on a line`() {
        let text = """
            bitsweep external model 1
            scorer resnet-flow
            version 2026-11
            declared -
            input 32x24x3 pad -0.5 0.5

            """
        #expect(model.digest == Digest(of: text.utf8))
        #expect(model.facts.digest == model.digest && model.facts.family == .external)
    }

    @Test func `Whatever decides the numbers changes the digest`() {
        var others = [ExternalModel](repeating: model, count: 7)
        others[0].scorer = "resnet-flow-2"
        others[1].version = "2026-12"
        others[2].declared = Digest(of: [1])
        others[3].input.height = 31
        others[4].input.white = 1
        others[5].input.preprocessing = .resize
        others[6].input.channels = 1
        #expect(Set((others + [model]).map(\.digest)).count == 8)
    }

    @Test func `A location is one text from which the model is read back`() {
        var declared = model
        declared.declared = Digest(of: [1, 2])
        for model in [model, declared] {
            let location = ModelLocation(.external(model))
            #expect(location.text.hasPrefix("external:resnet-flow 2026-11 "))
            #expect(ModelLocation(text: location.text).external == model)
        }
    }

    @Test(arguments: [
        "external:", "external:flow 1 - 32x32x1 resize 0", "external:flow 1 - 32x32x2 resize 0 255",
        "external:flow 1 - 32x32x1 crop 0 255", "external:flow 1 zz 32x32x1 resize 0 255",
        "external:flow 1 - 32x32x1 resize 255 0", "external:flow 1 - 99999x32x1 resize 0 255", "family:external",
    ]) func `A text that no model has stands for none`(_ text: String) {
        #expect(ModelLocation(text: text).source == nil)
    }

    @Test func `An offer serves a model of its name and version, and of its digest where the model has one`() {
        var asked = model
        let (one, other) = (Digest(of: [1]), Digest(of: [2]))
        #expect(ScorerOffer(name: "resnet-flow", version: "2026-11").serves(asked))
        #expect(ScorerOffer(name: "resnet-flow", version: "2026-11", digest: one).serves(asked))
        #expect(!ScorerOffer(name: "resnet-flow", version: "2026-10").serves(asked))
        #expect(!ScorerOffer(name: "flow", version: "2026-11").serves(asked))
        asked.declared = one
        #expect(ScorerOffer(name: "resnet-flow", version: "2026-11", digest: one).serves(asked))
        #expect(!ScorerOffer(name: "resnet-flow", version: "2026-11", digest: other).serves(asked))
        #expect(!ScorerOffer(name: "resnet-flow", version: "2026-11").serves(asked))
    }
}
