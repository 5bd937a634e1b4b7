// SPDX-License-Identifier: GPL-3.0-or-later
// What of the processor this build computes with.
#pragma once

#include <string>
#include <vector>

namespace tessera {

/// Instruction sets as ggml names them ("AVX512", "NEON"…) that are compiled in and present; also ways of building it
/// ("LLAMAFILE", "OPENMP", "REPACK"). Any thread.
std::vector<std::string> processorFeatures();

}  // namespace tessera
