// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The coordinates of a point in their order: model, data set, each parameter of the transformation, seed.
extension TransformKind {
    static let modelCoordinate = 0
    static let datasetCoordinate = 1
    /// The coordinate of the first parameter.
    static let firstParameterCoordinate = 2
    /// The seed's coordinate comes last, so that seeds vary fastest.
    var seedCoordinate: Int { Self.firstParameterCoordinate + parameters.count }
    var coordinateCount: Int { seedCoordinate + 1 }
}
