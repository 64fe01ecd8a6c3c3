// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// How many of all recorded images a check computes again: a share, as in `1%`, or a number.
struct SampleSize: ExpressibleByArgument, CustomStringConvertible {
    private enum Size {
        case share(Double)
        case images(Int)
    }

    /// One image in a hundred.
    static let standard = SampleSize(size: .share(0.01), description: "1%")

    private let size: Size
    let description: String

    private init(size: Size, description: String) {
        (self.size, self.description) = (size, description)
    }

    init?(argument: String) {
        description = argument
        if argument.hasSuffix("%") {
            guard let percent = Double(argument.dropLast()), percent > 0, percent <= 100 else { return nil }
            size = .share(percent / 100)
        } else {
            guard let images = Int(argument), images > 0 else { return nil }
            size = .images(images)
        }
    }

    var defaultValueDescription: String { description }

    /// The number of images among `rows`: at least one where there is one.
    func count(of rows: Int) -> Int {
        switch size {
        case .share(let share): min(rows, max(1, Int((share * Double(rows)).rounded(.up))))
        case .images(let images): min(rows, images)
        }
    }
}
