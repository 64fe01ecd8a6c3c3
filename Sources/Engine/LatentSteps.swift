// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Transforms
import Vocabulary

/// A transformation as it is done where there is a model: what comes before latents are first scaled, and then each
/// scaling with what follows it up to the next.
struct LatentSteps {
    /// One scaling of latents.
    struct Step {
        let zeroing: LatentZeroing
        /// What is done to the decoded pixels; nil where nothing is.
        let after: TransformChain?
    }

    /// What is done to images before they are encoded; all there is where no latents are scaled.
    let before: TransformSpec
    let steps: [Step]

    /// A transformation, taken apart, for the images of a cell of this seed.
    init(_ transform: TransformSpec, seed: UInt64) {
        let members = transform.members
        let scalings = members.indices.filter { members[$0].as(LatentZeroing.self) != nil }
        before = scalings.isEmpty ? transform : .joined(members[..<scalings[0]])
        steps = zip(scalings, scalings.dropFirst() + [members.count]).compactMap { place, next in
            members[place].as(LatentZeroing.self).map { zeroing in
                let rest = members[(place + 1)..<next]
                let after = rest.isEmpty ? nil : TransformChain(rest, after: Array(members[...place]), seed: seed)
                return Step(zeroing: zeroing, after: after)
            }
        }
    }
}
