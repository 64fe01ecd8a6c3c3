// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import Testing
import Vocabulary

@Suite(.timeLimit(.minutes(5))) struct ResNetTests {
    @Test("logits agree with the definition", arguments: RandomResNet.configurations)
    func definition(configuration: ResNetConfiguration) throws {
        let checkpoint = try RandomResNet.checkpoint(configuration)
        let images = RandomResNet.images(2, configuration)
        let logits = try RandomResNet.model(checkpoint).logits(images)
        let naive = NaiveResNet(configuration: configuration, parameters: checkpoint.parameters)
        let size = configuration.dimensions
        for image in 0..<2 {
            let truth = naive.logits(images[image * size..<(image + 1) * size].map(Double.init)).map { Float($0) }
            let found = Array(logits[image * configuration.classes..<(image + 1) * configuration.classes])
            #expect(worst(found, truth) <= 1e-4 * max(1, scale(truth)))
            #expect(scale(truth) > 0.01)
        }
    }

    @Test(
        "an image's logits are the same bits in any batch, on any threads, with any instruction set",
        arguments: RandomResNet.configurations
    )
    func bitwise(configuration: ResNetConfiguration) throws {
        let checkpoint = try RandomResNet.checkpoint(configuration)
        // The portable kernels take their time.
        let count = configuration.dimensions > 500 ? 19 : 70
        let images = RandomResNet.images(count, configuration)
        let expected = try RandomResNet.model(checkpoint, .portable, threads: 1).logits(images).map(\.bitPattern)
        for set in InstructionSet.available where set != .portable {
            for threads in [1, 2] {
                let model = try RandomResNet.model(checkpoint, set, threads: threads)
                for batch in [count, 7, 1] {
                    let found = try stride(from: 0, to: count, by: batch).flatMap { start in
                        let range = start..<min(start + batch, count)
                        let size = configuration.dimensions
                        return try model.logits(Array(images[range.lowerBound * size..<range.upperBound * size]))
                    }
                    #expect(found.map(\.bitPattern) == expected, "\(set), \(threads) threads, batches of \(batch)")
                }
            }
        }
    }

    @Test("cross-entropy, prediction and bits per dimension are those of the softmax of the logits")
    func scores() throws {
        let configuration = RandomResNet.configurations[1]
        let model = try RandomResNet.model(RandomResNet.checkpoint(configuration))
        let labels = (0..<10).map { $0 % 5 }
        let scores = try model.score(RandomResNet.images(10, configuration), labels: labels)
        let columns = scores.columns
        #expect(columns.map(\.name).prefix(5) == ["bpd", "crossentropy", "correct", "predicted", "logit.0"])
        #expect(columns.count == 9)
        for image in 0..<10 {
            let logits = columns[4...].map { Double($0.values[image]) }
            #expect(logits.map { Float($0) } == Array(scores.logits[image * 5..<(image + 1) * 5]))
            let truth = -log(exp(logits[labels[image]]) / logits.reduce(0) { $0 + exp($1) })
            #expect(abs(scores.crossEntropy[image] - truth) <= 1e-9 * max(1, truth))
            #expect(columns[1].values[image] == Float(scores.crossEntropy[image]))
            #expect(abs(Double(columns[0].values[image]) - truth / (378 * log(2))) <= 1e-6 * truth)
            let best = logits.firstIndex(of: logits.max() ?? 0)
            #expect(scores.predicted[image] == best)
            #expect(columns[3].values[image] == best.map(Float.init))
            #expect(columns[2].values[image] == (best == labels[image] ? 1 : 0))
        }
    }

    @Test("of equal logits the first class is predicted")
    func ties() throws {
        let configuration = RandomResNet.configurations[1]
        var tensors = RandomResNet.tensors(configuration)
        tensors["head.weight"] = Tensor(shape: [5, 64], values: [Float](repeating: 0, count: 320))
        tensors["head.bias"] = Tensor(shape: [5], values: [1, 3, 2, 3, 3])
        let checkpoint = try Checkpoint(
            metadata: RandomResNet.metadata(configuration),
            tensors: tensors,
            name: "ties"
        )
        let scores = try RandomResNet.model(checkpoint).score(RandomResNet.images(1, configuration), labels: [3])
        #expect(scores.predicted == [1])
        #expect(scores.columns[2].values == [0])
    }

    @Test("NaN reaches every number of its image and of no other")
    func notANumber() throws {
        let configuration = RandomResNet.configurations[1]
        let model = try RandomResNet.model(RandomResNet.checkpoint(configuration))
        var images = RandomResNet.images(3, configuration)
        let clean = try model.score(images, labels: [0, 1, 2])
        images[configuration.dimensions + 7] = .nan
        let scores = try model.score(images, labels: [0, 1, 2])
        #expect(scores.predicted == [clean.predicted[0], nil, clean.predicted[2]])
        for (column, cleanColumn) in zip(scores.columns, clean.columns) {
            #expect(column.values[1].isNaN)
            #expect([column.values[0], column.values[2]] == [cleanColumn.values[0], cleanColumn.values[2]])
        }
    }

    @Test("numbers that are no images, and labels that do not fit, are refused")
    func refusals() throws {
        let configuration = RandomResNet.configurations[1]
        let model = try RandomResNet.model(RandomResNet.checkpoint(configuration))
        let images = RandomResNet.images(2, configuration)
        func message(_ images: [Float], _ labels: [Int]) -> String? {
            #expect(throws: ResNetInputError.self) { try model.score(images, labels: labels) }?.description
        }
        #expect(message(Array(images.dropLast()), [0]) == "755 numbers are no whole number of 9×14×3 images")
        #expect(message(images, [0]) == "1 label for 2 images; one each is needed")
        #expect(message(images, [0, 5]) == "label 5 of image 1: the model has the classes 0...4")
        #expect(message(images, [-1, 0]) == "label -1 of image 0: the model has the classes 0...4")
        #expect(try model.score([], labels: []).columns.allSatisfy(\.values.isEmpty))
    }
}
