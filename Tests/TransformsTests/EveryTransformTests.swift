// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Testing
import Transforms
import Vocabulary

/// What holds for whatever stands in the list of transformations.
@Suite struct EveryTransformTests {
    /// A transformation of the kind with values in range, no standard ones where there is a choice.
    private func example(_ kind: TransformKind) -> TransformSpec {
        TransformSpec(
            kind,
            codes: kind.parameters.map { parameter in
                if let standard = parameter.standard { return standard }
                switch parameter.domain {
                case .integer(let range): return ParameterDomain.code(min(max(2, range.lowerBound), range.upperBound))
                case .real(let range): return ParameterDomain.code(min(max(0.8, range.lowerBound), range.upperBound))
                case .choice, .numbered, .flag: return 1
                }
            }
        )
    }

    @Test("every transformation that sweep files know does something to images, or says that it does nothing")
    func applied() throws {
        let image = pattern(28, 28)
        let clean = try pipeline(.identity, image.shape).pixels(for: image, index: 0).values
        for kind in TransformKind.allCases {
            let transform = example(kind)
            let pixels = try pipeline(transform, image.shape).pixels(for: image, index: 0)
            #expect(pixels.shape == image.shape, "\(transform)")
            // A shift by nothing, and latents, which are no pixels.
            let isUnchanged = ["identity", "translate", "zero-latents"].contains(kind.rawValue)
            #expect((pixels.values == clean) == isUnchanged, "\(transform)")
        }
    }

    @Test("every model input has the same bits on every instruction set", arguments: InstructionSet.available)
    func instructionSets(_ set: InstructionSet) throws {
        let image = pattern(28, 28)
        for transform in TransformKind.allCases.map(example) {
            let portable = try pipeline(transform, image.shape).input(for: image, index: 3).values
            let other = try pipeline(transform, image.shape, set).input(for: image, index: 3).values
            #expect(other.bits == portable.bits, "\(transform)")
        }
    }

    @Test("every transformation with a stage changes the image of that stage alone")
    func stages() throws {
        let image = pattern(28, 28)
        for kind in TransformKind.allCases {
            guard let place = kind.parameters.firstIndex(where: { $0.keys == ["stage"] }) else { continue }
            var codes = example(kind).codes
            if kind.rawValue == "translate" { codes[0] = ParameterDomain.code(3) }
            for stage in TransformStage.allCases {
                codes[place] = try kind.parameters[place].domain.code(stage.rawValue)
                let transform = TransformSpec(kind, codes: codes).transform(seed: 0)
                let isEarly = stage == .beforeResize
                #expect((transform.transformed(source: image) != image) == isEarly, "\(kind.rawValue)")
                #expect((transform.transformed(resized: image) == image) == isEarly, "\(kind.rawValue)")
            }
        }
    }

    @Test("parameters of one name have one domain and one meaning in all transformations")
    func sharedParameters() {
        var domains: [String: String] = [:]
        for kind in TransformKind.allCases {
            for parameter in kind.parameters {
                for key in parameter.keys {
                    let domain = "\(parameter.domain)"
                    #expect(domains[key, default: domain] == domain, "\(kind.rawValue) \(key)")
                    domains[key] = domain
                }
            }
        }
    }
}
