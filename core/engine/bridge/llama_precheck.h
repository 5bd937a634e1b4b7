// SPDX-License-Identifier: GPL-3.0-or-later
// libllama ends the process (GGML_ASSERT) on some contradictions in a model's metadata. These are found here first.
#pragma once

#include "core/gguf/tensor_source.h"

namespace tessera {

/// Corrupt or Unsupported names the key and the value that libllama would abort on.
Result<void> checkForLlama(const TensorSource& source);

}  // namespace tessera
