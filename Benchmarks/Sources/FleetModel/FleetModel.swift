// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What one coordinator does with thousands of workers, on a virtual clock.
///
/// The real scheduler decides; what everything around it costs was measured. Takes settings as one JSON object and prints
/// figures as one.
@main
enum FleetModel {
    static func main() throws {
        let text = CommandLine.arguments.dropFirst().first ?? ""
        guard let settings = try? JSONDecoder().decode(Settings.self, from: Data(text.utf8)), settings.isSound else {
            let usage = "usage: fleet-model JSON, with every key of Settings.swift\n"
            try? FileHandle.standardError.write(contentsOf: Data(usage.utf8))
            exit(2)
        }
        var world = World(settings)
        world.run()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var line = try encoder.encode(world.figures)
        line.append(UInt8(ascii: "\n"))
        try FileHandle.standardOutput.write(contentsOf: line)
    }
}
