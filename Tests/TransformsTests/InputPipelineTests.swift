// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Testing
import Transforms
import Vocabulary

@Suite struct InputPipelineTests {
    private let image = ByteImage(ImageShape(height: 16, width: 16), pixels: (0...255).map { UInt8($0) })

    @Test("a flow's input is v/256 − 0.5 plus a fraction of one bin, exactly")
    func dequantised() throws {
        let input = try pipeline(.identity, image.shape).input(for: image, index: 2)
        let u = draws().dequantisation(256)
        for (index, value) in input.values.enumerated() {
            #expect(Double(value) == (Double(image.pixels[index]) + Double(u[index])) / 256 - 0.5)
            #expect(value >= -0.5 && value < 0.5)
            #expect(((value + 0.5) * 256).rounded(.down) == Float(image.pixels[index]))
        }
        #expect(input.shape == image.shape)
        #expect(input.clamped == 0)
    }

    @Test("a PixelCNN's input is (v/255 − 0.5)·2, without dequantisation")
    func symmetric() throws {
        let input = try pipeline(.identity, image.shape, scale: .symmetric).input(for: image, index: 2)
        #expect(input.values == image.pixels.map { (Float($0) / 255 - 0.5) * 2 })
        #expect(input.values.first == -1)
        #expect(input.values.last == 1)
    }

    @Test("dequantisation is uniform on [0, 1) and differs between images and seeds")
    func uniformity() {
        let u = (0..<64).flatMap { draws(index: $0).dequantisation(1024) }
        let mean = u.reduce(0) { $0 + Double($1) } / Double(u.count)
        let square = u.reduce(0) { $0 + Double($1) * Double($1) } / Double(u.count)
        #expect(u.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(mean - 0.5) < 0.005)
        #expect(abs(square - 1.0 / 3) < 0.005)
        #expect(draws(index: 0).dequantisation(8) != draws(index: 1).dequantisation(8))
        #expect(draws(seed: 0).dequantisation(8) != draws(seed: 1).dequantisation(8))
    }

    @Test("an image and its transformed self share their dequantisation")
    func sharedDequantisation() throws {
        let clean = try pipeline(.identity, image.shape).input(for: image, index: 9).values
        let shift = Translation(dx: -1, fill: .wrap)
        let moved = try pipeline(.translate(shift), image.shape).input(for: image, index: 9).values
        let movedPixels = shift.transformed(resized: image).pixels
        for index in clean.indices {
            let u = clean[index] - (Float(image.pixels[index]) / 256 - 0.5)
            #expect(moved[index] - (Float(movedPixels[index]) / 256 - 0.5) == u)
        }
        let masked = Noise(scale: 0.001, mask: .background)
        let noisy = try pipeline(.noise(masked), image.shape).input(for: image, index: 9).values
        #expect(Array(noisy[77...]).bits == Array(clean[77...]).bits)
        #expect(zip(noisy[..<77], clean[..<77]).allSatisfy { $0 != $1 && abs($0 - $1) < 0.006 })
    }

    @Test("noise comes before dequantisation, and unclamped noise may leave the range")
    func noiseOrder() throws {
        let noise = Noise(scale: 0.5)
        let input = try pipeline(.noise(noise), image.shape).input(for: image, index: 2).values
        let n = draws().gaussianNoise(256)
        let u = draws().dequantisation(256)
        for index in input.indices {
            let expected = Double(image.pixels[index]) / 256 + 0.5 * Double(n[index]) + Double(u[index]) / 256 - 0.5
            #expect(abs(Double(input[index]) - expected) < 3e-7)
        }
        #expect(input.contains { $0 < -0.5 } && input.contains { $0 > 0.5 })
    }

    @Test("zeroing latents changes nothing on the way in")
    func zeroing() throws {
        let zeroing = TransformSpec.zeroLatents(LatentZeroing(levels: .first(2), clamp: true, requantise: true))
        let plain = try pipeline(.identity, image.shape).input(for: image, index: 0).values
        #expect(try pipeline(zeroing, image.shape).input(for: image, index: 0).values.bits == plain.bits)
    }

    @Test("clamped pixels are counted in the input")
    func clamped() throws {
        let noise = TransformSpec.noise(Noise(scale: 2, clamp: true))
        #expect(try pipeline(noise, image.shape).input(for: image, index: 0).clamped > 50)
    }

    @Test(
        "every instruction set gives the same bits",
        arguments: InstructionSet.available,
        [TransformSpec.identity, .noise(Noise(kind: .offsetGaussian, scale: 0.001, mask: .background))]
    )
    func instructionSets(set: InstructionSet, spec: TransformSpec) throws {
        let image = pattern(28, 28, 3)
        let reference = try pipeline(spec, image.shape).input(for: image, index: 77)
        #expect(try pipeline(spec, image.shape, set).input(for: image, index: 77).values.bits == reference.values.bits)
    }
}
