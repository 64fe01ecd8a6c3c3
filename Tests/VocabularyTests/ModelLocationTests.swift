// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary

@Suite struct ModelLocationTests {
    @Test(
        "a location's text is read back as what it was written from",
        arguments: [
            (.checkpoint(path: "/models/glow.safetensors"), "/models/glow.safetensors"),
            (.recipe(path: "/recipes/glow.yaml"), "recipe:/recipes/glow.yaml"),
            (.family(.pixelcnn), "family:pixelcnn"),
        ] as [(ModelReference.Source, String)]
    )
    func readBack(_ source: ModelReference.Source, _ text: String) {
        let location = ModelLocation(source)
        #expect(location.text == text)
        #expect(ModelLocation(text: text) == location)
        #expect(location.source == source)
    }

    @Test("a family that this version does not know is no location of anything")
    func unknown() {
        #expect(ModelLocation(text: "family:gan").source == nil)
    }
}
