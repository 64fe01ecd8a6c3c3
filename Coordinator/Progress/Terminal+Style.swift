// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Reporting

extension Terminal {
    /// How tables are written there.
    var style: TextStyle { style(.auto) }

    /// How tables are written there for somebody who may want colours, or none.
    func style(_ wish: ColourWish) -> TextStyle { isStyled(wish) ? .ansi : .plain }
}
