// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tessera {

/// What a reader of mapped memory tells the system about a range of it. Never changes what is read.
enum class MemoryAdvice {
    WillNeed,   // begin to read it from the disk
    NotNeeded,  // its memory may go to others at once; read again when it is next used
};

}  // namespace tessera
