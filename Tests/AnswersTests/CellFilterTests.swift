// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Testing
import Vocabulary

/// Which cells a filter lets pass.
@Suite struct CellFilterTests {
    /// What the filter leaves of six cells, by their places.
    private func passed(_ text: String) throws -> [Int] {
        let filter = try CellFilter(parsing: text)
        let noise = TransformSpec.noise(Noise(scale: 1e-3, mask: .background))
        let shift = TransformSpec.translate(Translation(dx: -1))
        let all: [StoredRun.Cell] = [
            .init(model: "glow-affine", labels: [0], columns: [:]),
            .init(model: "glow-affine", transform: noise, labels: [0], columns: [:]),
            .init(model: "glow-affine", transform: shift, seed: 3, labels: [0], columns: [:]),
            .init(model: "pixelcnn", transform: shift, labels: [0], columns: [:]),
            .init(model: "pixelcnn", dataset: "fashion-mnist", transform: noise, labels: [0], columns: [:]),
            .init(model: "pixelcnn", split: "train", labels: [0, 1], columns: [:]),
        ]
        let unrecorded = all.map { cell in
            var cell = cell
            cell.recorded = 0
            return cell
        }
        let run = try StoredRun(unrecorded)
        return try run.store.cells(of: run.id).filter(filter.matches).map(\.ordinal)
    }

    @Test(
        "a filter passes the cells that satisfy all of its words",
        arguments: [
            ("", [0, 1, 2, 3, 4, 5]), ("model=pixelcnn", [3, 4, 5]), ("model=glow*", [0, 1, 2]),
            ("model=*cnn", [3, 4, 5]),
            ("model=*-*", [0, 1, 2]), ("model=glow", []), ("dataset=fashion-mnist", [4]), ("split=train", [5]),
            ("transform=noise,translate", [1, 2, 3, 4]), ("scale=0.001", [1, 4]), ("scale=1e-3", [1, 4]),
            ("scale=2e-3", []), ("mask=background", [1, 4]), ("dx=-1", [2, 3]), ("dx=-1.0", [2, 3]), ("seed=3", [2]),
            ("dx=-1 model=glow*", [2]), ("  transform=identity \n split=test ", [0]), ("class=1", [0, 1, 2, 3, 4, 5]),
            ("conditioning=label model=*", [0, 1, 2, 3, 4, 5]), ("noise", [1, 4]), ("translate model=glow*", [2]),
            ("scale=1e-3 noise mask=background", [1, 4]), ("trans*", [2, 3]),
        ]
    )
    func passes(_ text: String, _ expected: [Int]) throws {
        #expect(try passed(text) == expected)
    }

    @Test("classes are single ones, ranges, and the row of all")
    func classes() throws {
        let filter = try CellFilter(parsing: "class=1,5-7,all")
        #expect((0...9).filter { filter.matches(label: $0) } == [1, 5, 6, 7])
        #expect(filter.matches(label: nil))
        #expect(try !CellFilter(parsing: "class=1").matches(label: nil))
        #expect(try CellFilter(parsing: "seed=1").matches(label: nil))
    }

    @Test(
        "what is no filter is refused in one line that says what would be right",
        arguments: [
            ("modl=glow", "did you mean 'model'"), ("glow", "not KEY=VALUE"), ("nois", "did you mean 'noise'"),
            ("noise transform=translate", "twice"), ("=glow", "not KEY=VALUE"),
            ("model=", "not KEY=VALUE"), ("model=,", "not KEY=VALUE"), ("model=a model=b", "model=A,B"),
            ("class=x", "class=0-4"), ("class=4-1", "class=0-4"), ("class=-1", "class=0-4"), ("class=256", "class=0-4"),
            ("class=1 class=2", "twice"), ("colour=red", "model, dataset, split"),
        ]
    )
    func refuses(_ text: String, _ hint: String) {
        #expect {
            try CellFilter(parsing: text)
        } throws: {
            let line = "\($0)"
            return line.contains(hint) && !line.contains("\n")
        }
    }

    @Test("a filter that no cell passes says which models and data sets there are")
    func nothingPasses() throws {
        let run = try StoredRun([.init(model: "glow-a", labels: [0], columns: ["bpd": [1]])])
        #expect(throws: AnswerError.noCell(run: "run", models: ["glow-a"], datasets: ["mnist"])) {
            try run.answers("model=pixelcnn")
        }
    }
}
