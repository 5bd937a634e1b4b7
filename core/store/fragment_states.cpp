// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/fragment_states.h"

#include "core/base/format.h"
#include "core/fragment/fragment_text.h"

namespace tessera {

Result<void> checkBytes(const Manifest& manifest, FragmentIndex index, std::span<const std::byte> bytes) {
    const Fragment& fragment = manifest.at(index);
    if (bytes.size() != fragment.size_bytes) {
        return fail(ErrorKind::Corrupt, format("{}: {} bytes were given, it has {}", describeFragment(manifest, fragment), bytes.size(),
                                               fragment.size_bytes));
    }
    const Sha256Digest found = sha256(bytes);
    if (found != fragment.sha256) return fail(ErrorKind::Corrupt, describeHashMismatch(manifest, fragment, found));
    return {};
}

}  // namespace tessera
