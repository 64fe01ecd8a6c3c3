// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Data sets and golden files that lie beside the checkout on some machines.
enum SharedFiles {
    static let path: String = {
        if let given = ProcessInfo.processInfo.environment["BITSWEEP_SHARED"] { return given }
        var url = URL(filePath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appending(path: "shared").path
    }()

    static let haveData = FileManager.default.fileExists(atPath: path + "/data/mnist")
    static let haveReference = FileManager.default.fileExists(atPath: path + "/reference")
}
