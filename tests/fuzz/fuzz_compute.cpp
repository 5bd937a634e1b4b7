// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/compute_target.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tessera::fuzz::compute(std::as_bytes(std::span(data, size)));
    return 0;
}
