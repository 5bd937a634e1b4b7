// SPDX-License-Identifier: GPL-3.0-or-later
// A fragment set as a TensorSource: what the engine computes with.
#pragma once

#include "core/gguf/tensor_source.h"
#include "core/loader/fragment_loader.h"

#include <memory>

namespace tessera {

/// When fragments are held against their hashes.
enum class VerifyPolicy {
    FirstUse,  // each fragment once, when its bytes are first asked for
    AtLoad,    // all before anything is computed
    Never,     // for sets with nothing to verify against
};

/// `store` gives mapped memory where it can, `loader` everything else; both must outlive the source. The model's
/// structure is parsed from the header fragments. A set without hashes (a plain GGUF) is never verified, whatever `policy`.
Result<std::unique_ptr<TensorSource>> makeFragmentTensorSource(FragmentStore& store, FragmentLoader& loader,
                                                               VerifyPolicy policy, const Operation& operation);

}  // namespace tessera
