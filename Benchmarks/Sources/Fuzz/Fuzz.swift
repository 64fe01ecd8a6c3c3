// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A decoder of bytes from outside, as libFuzzer is to torment it.
///
/// Each takes any bytes, and returns unless there is a defect: it traps, or a law it states is broken.
struct FuzzTarget: Sendable {
    let name: String
    let run: @Sendable ([UInt8]) -> Void

    static let all = [wire, safetensors, idx, sweep, keys]

    /// The target that the environment names.
    ///
    /// libFuzzer has the command line to itself.
    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["BITSWEEP_FUZZ_TARGET"] ?? ""
        guard let target = all.first(where: { $0.name == name }) else {
            print("BITSWEEP_FUZZ_TARGET is '\(name)'; known: \(all.map(\.name).joined(separator: ", "))")
            exit(2)
        }
        return target
    }()
}

/// What libFuzzer calls with each input that it makes up.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Stops, so that libFuzzer keeps the input, unless the law holds.
func law(_ holds: Bool, _ law: String) {
    guard holds else { fatalError("broken: \(law)") }
}
