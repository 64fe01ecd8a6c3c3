// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension CellFilter {
    /// The same without what is said of transformations and classes: what tells models and images apart.
    var ofSubjects: CellFilter {
        keeping { key in
            switch key {
            case .cell, .transform, .parameter: false
            case .model, .dataset, .split, .conditioning, .likelihood, .draws, .dequantisation, .seed: true
            }
        }
    }

    /// The same without what is said of data sets: an answer about two of them asks for each.
    var ofModels: CellFilter { ofSubjects.keeping { $0 != .dataset && $0 != .split } }

    /// What is said of data sets alone.
    var ofDatasets: CellFilter { keeping { $0 == .dataset || $0 == .split } }
}
