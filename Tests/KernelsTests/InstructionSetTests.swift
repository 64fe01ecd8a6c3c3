// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Kernels

@Suite("Choosing the instruction set")
struct InstructionSetTests {
    private static func cpuinfo(_ flags: String) -> String {
        "processor\t: 0\nmodel name\t: Some CPU avx512f avx2 fma\nflags\t\t: \(flags)\nbugs\t\t: none\n\nprocessor\t: 1\n"
    }

    @Test(
        "the processor's flags decide",
        arguments: [
            ("fpu sse2", [InstructionSet.portable]),
            ("fpu sse2 avx2", [.portable]),
            ("fpu avx2 fma4", [.portable]),
            ("fpu fma avx avx2", [.portable, .avx2]),
            ("fpu fma avx2 avx512f avx512vl avx512dq", [.portable, .avx2]),
            ("fpu fma avx2 avx512f avx512vl avx512dq avx512bw", [.portable, .avx2, .avx512]),
            ("avx512f avx512vl avx512dq avx512bw", [.portable]),
        ]
    )
    func readsFlags(flags: String, expected: [InstructionSet]) {
        #expect(InstructionSet.supported(cpuinfo: Self.cpuinfo(flags)) == expected)
    }

    @Test("text without flags means the portable set", arguments: ["", "\n\n", "flags", "flags:", "Features : asimd"])
    func survivesOtherText(cpuinfo: String) {
        #expect(InstructionSet.supported(cpuinfo: cpuinfo) == [.portable])
    }

    @Test("the fastest available set is chosen unless one is named")
    func choosesTheFastest() throws {
        #expect(try InstructionSet.choose(override: nil, from: [.portable, .avx2]) == .avx2)
        #expect(try InstructionSet.choose(override: "", from: [.portable]) == .portable)
        #expect(try InstructionSet.choose(override: "portable", from: [.portable, .avx2]) == .portable)
        #expect(try InstructionSet.choose(override: "AVX2", from: [.portable, .avx2]) == .avx2)
        #expect(try InstructionSet.choose(override: nil) == InstructionSet.available.last)
    }

    @Test("a name that is unknown or unsupported is refused, naming the choices")
    func refusesNames() {
        let unknown = #expect(throws: InstructionSetError.self) {
            try InstructionSet.choose(override: "avx3", from: [.portable, .avx2])
        }
        #expect(unknown?.description == "unknown instruction set 'avx3'; this machine has 'portable', 'avx2'")
        let unsupported = #expect(throws: InstructionSetError.self) {
            try InstructionSet.choose(override: "avx512", from: [.portable, .avx2])
        }
        #expect(
            unsupported?.description
                == "this machine's processor has no avx512; choose one of 'portable', 'avx2'"
        )
    }
}
