// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/kernels.h"

namespace tessera::kernels {
const Kernels* neonDotProduct() { return nullptr; }
}  // namespace tessera::kernels
