// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gguf/metadata.h"

namespace tessera {

/// What libllama takes for granted in a vocabulary and ends the process over when it does not hold. Unsupported: the
/// model has no vocabulary. Corrupt names the key and the token.
Result<void> checkVocabulary(const Metadata& metadata);

}  // namespace tessera
