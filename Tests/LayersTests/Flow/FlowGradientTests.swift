// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Testing

/// Gradients of a flow's layers against central differences of their definitions in double precision.
@Suite struct FlowGradientTests {
    private static let kernels = KernelSet(InstructionSet.available.last ?? .portable)
    private static let images = 2

    static let steps = Coupling.Kind.allCases.flatMap { kind in
        [
            StepCase(kind, ImageExtent(height: 4, width: 4, channels: 4), hidden: 6),
            StepCase(kind, ImageExtent(height: 1, width: 1, channels: 8), hidden: 17),
            StepCase(kind, ImageExtent(height: 2, width: 3, channels: 6), hidden: 8),
        ]
    }

    @Test("a flow step's gradients are those of its definition", arguments: steps)
    func flowStep(test: StepCase) {
        let images = Self.images
        var end = 0
        let step = test.step(at: &end)
        let backward = Backward(test.layout, test.extent, images: images, effective: end)
        let memory = FlowTrainingMemory(kernels: Self.kernels, demand: step.demand(images: images))
        let tape = step.makeTape(images: images)
        var logDeterminants = [Double](repeating: 0, count: images)
        step.load(backward.effective, backward.parameters)
        step.forward(tape, &logDeterminants, backward.input, memory)
        step.backward(
            backward.inputGradient,
            outputGradient: RowView(backward.loss, channels: test.extent.channels),
            tape,
            input: backward.input,
            backward.pass(memory)
        )
        let total = backward.weight * Double(images)
        let (gradient, parameters) = (backward.gradient, backward.parameters)
        step.unfold(gradient, backward.effectiveGradient, parameters, logDeterminantWeight: total)
        backward.expectSlopes { naive, image, loss in
            let result = naive.step(image, "step", test.kind)
            return zip(result.output, loss).reduce(-backward.weight * result.logDeterminant) {
                $0 + $1.0 * Double($1.1)
            }
        }
        for (image, coupled) in logDeterminants.enumerated() {
            let (found, truth) = (coupled + step.constantLogDeterminant(parameters), backward.naive(image))
            #expect(abs(found - truth.0.step(truth.1, "step", test.kind).logDeterminant) <= 1e-4)
        }
    }

    @Test("a split prior's gradients are those of its definition", arguments: [(1, 1, 4), (3, 4, 6)])
    func splitPrior(height: Int, width: Int, channels: Int) {
        let extent = ImageExtent(height: height, width: width, channels: channels)
        let (rows, half) = (Self.images * extent.pixels, channels / 2)
        let layout = ParameterLayout(SplitPrior.parameters(channels: channels).map { $0.scoped("prior") })
        var end = 0
        let prior = TrainableSplitPrior(layout, scope: "prior", extent: extent, at: &end)
        let backward = Backward(layout, extent, images: Self.images, effective: end)
        let memory = FlowTrainingMemory(kernels: Self.kernels, demand: prior.demand(rows: rows))
        let tape = prior.makeTape(rows: rows)
        var terms = PriorTerms(images: Self.images)
        prior.load(backward.effective, backward.parameters)
        prior.forward(tape, &terms, backward.input, memory)
        // What the next level made of the first half is there before; the second half is overwritten.
        let dz = backward.inputGradient
        dz.buffer.copy(backward.loss)
        prior.backward(dz, tape, z: backward.input, backward.pass(memory))
        prior.unfold(backward.gradient, backward.effectiveGradient, backward.parameters)
        backward.expectSlopes { naive, z, loss in
            func part(_ range: Range<Int>) -> [Double] {
                (0..<extent.pixels).flatMap { pixel in range.map { z[pixel * channels + $0] } }
            }
            let next = z.indices.filter { $0 % channels < half }.reduce(0) { $0 + z[$1] * Double(loss[$1]) }
            let convolved = naive.convolved(part(0..<half), "prior.weight")
            let output = naive.scaled(convolved, "prior", factor: 3)
            let out = part(half..<channels)
            return next
                + backward.weight
                * naive.density(out, channels: half) { Array(output[$0 * channels..<($0 + 1) * channels]) }
        }
    }

    @Test(
        "a top prior's gradients are those of its definition",
        arguments: [(classes: 3, learned: true), (classes: 3, learned: false), (classes: 0, learned: true)]
    )
    func topPrior(classes: Int, learned: Bool) {
        let extent = ImageExtent(height: 2, width: 1, channels: 5)
        let labels = classes > 0 ? [2, 0] : [0, 0]
        let shape = TopPriorShape(channels: 5, classes: classes, learned: learned)
        let layout = ParameterLayout(shape.parameters.map { $0.scoped("top") })
        var end = 0
        let prior = TrainableTopPrior(layout, scope: "top", shape, at: &end)
        let backward = Backward(layout, extent, images: Self.images, effective: end)
        let memory = FlowTrainingMemory(kernels: Self.kernels, demand: prior.demand(rows: 4))
        let tape = prior.makeTape(rows: 4)
        var terms = PriorTerms(images: Self.images)
        let (effective, effectiveGradient) = (backward.effective, backward.effectiveGradient)
        prior.load(effective, backward.parameters)
        prior.forward(tape, &terms, backward.input, labels: labels[...], effective: effective, memory)
        prior.backward(backward.inputGradient, tape, labels: labels[...], backward.pass(memory))
        prior.unfold(backward.gradient, effectiveGradient, backward.parameters)
        backward.expectSlopes(labels: labels) { naive, z, label in
            var row = [Double](repeating: 0, count: 10)
            if learned { row = naive.scaled(row, "top", factor: 3) }
            if classes > 0 {
                let weight = naive.values("top.class.weight")
                let projected = (0..<10).map { weight[$0 * classes + label] }
                row = zip(row, naive.scaled(projected, "top.class", factor: 3)).map { $0 + $1 }
            }
            return backward.weight * naive.density(z, channels: 5) { _ in row }
        }
    }
}

/// A flow step to check.
struct StepCase: Sendable, CustomTestStringConvertible {
    let kind: Coupling.Kind
    let extent: ImageExtent
    let hidden: Int
    let shape: FlowStepShape
    let layout: ParameterLayout

    init(_ kind: Coupling.Kind, _ extent: ImageExtent, hidden: Int) {
        self.kind = kind
        self.extent = extent
        self.hidden = hidden
        shape = FlowStepShape(extent: extent, hiddenChannels: hidden, coupling: kind)
        layout = ParameterLayout(shape.parameters.map { $0.scoped("step") })
    }

    var testDescription: String { "\(kind) \(extent.height)×\(extent.width)×\(extent.channels), hidden \(hidden)" }

    func step(at end: inout Int) -> TrainableFlowStep {
        TrainableFlowStep(layout, scope: "step", shape, at: &end)
    }
}

/// The vectors of one backward pass, and the comparison of its gradients with slopes.
private struct Backward {
    let layout: ParameterLayout
    let extent: ImageExtent
    let images: Int
    let parameters: AlignedBuffer
    let effective: AlignedBuffer
    let effectiveGradient: AlignedBuffer
    let gradient: AlignedBuffer
    let input: RowView
    let inputGradient: RowView
    /// The gradient of the loss by what a layer puts out.
    let loss: [Float]
    /// The weight of log-determinants or of densities in the loss.
    let weight = 0.37

    init(_ layout: ParameterLayout, _ extent: ImageExtent, images: Int, effective end: Int) {
        self.layout = layout
        self.extent = extent
        self.images = images
        let (count, channels) = (images * extent.count, extent.channels)
        parameters = RandomParameters.vector(layout, seed: 1)
        effective = AlignedBuffer(count: end)
        effectiveGradient = AlignedBuffer(count: end)
        gradient = AlignedBuffer([Float](repeating: .nan, count: layout.count))
        input = RowView(RandomParameters.numbers(count, within: 1, seed: 2), channels: channels)
        inputGradient = RowView([Float](repeating: .nan, count: count), channels: channels)
        loss = RandomParameters.numbers(count, within: 1, seed: 3)
    }

    /// A pass that overwrites the effective weights' gradient.
    func pass(_ memory: FlowTrainingMemory) -> FlowBackwardPass {
        FlowBackwardPass(effectiveGradient, weight: Float(weight), memory)
    }

    /// The definition with the parameters, and an image for it.
    func naive(_ image: Int) -> (NaiveFlow, [Double]) {
        let point = parameters.elements.map(Double.init)
        let range = image * extent.count..<(image + 1) * extent.count
        return (NaiveFlow(layout: layout, parameters: point, extent: extent), input.elements[range].map(Double.init))
    }

    /// Compares with the slopes of the sum of `truth` over the images, which is given an image's share of the loss.
    func expectSlopes(_ truth: (NaiveFlow, [Double], [Float]) -> Double) {
        expectSlopes(labels: Array(0..<images)) { naive, image, number in
            truth(naive, image, Array(loss[number * extent.count..<(number + 1) * extent.count]))
        }
    }

    /// Compares with the slopes of the sum of `truth` over the images, which is given an image's label.
    func expectSlopes(labels: [Int], _ truth: (NaiveFlow, [Double], Int) -> Double) {
        func sum(_ parameters: [Double], _ input: [Double]) -> Double {
            let naive = NaiveFlow(layout: layout, parameters: parameters, extent: extent)
            return labels.enumerated().reduce(0.0) { sum, image in
                let range = image.offset * extent.count..<(image.offset + 1) * extent.count
                return sum + truth(naive, Array(input[range]), image.element)
            }
        }
        let (point, images) = (parameters.elements.map(Double.init), input.elements.map(Double.init))
        let slopes = CentralDifferences.gradient(at: point) { sum($0, images) }
        for spec in layout.specs {
            let range = layout.range(spec.name)
            let found = gradient.values(range)
            guard !spec.name.hasSuffix("permutation") && !spec.name.hasSuffix("sign-s") else {
                #expect(found.allSatisfy { $0 == 0 }, "\(spec.name)")
                continue
            }
            CentralDifferences.expect(found, near: Array(slopes[range]), spec.name)
        }
        let inputSlopes = CentralDifferences.gradient(at: images) { sum(point, $0) }
        CentralDifferences.expect(inputGradient.elements, near: inputSlopes, "input")
    }
}
