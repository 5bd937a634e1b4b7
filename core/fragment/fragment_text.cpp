// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/fragment_text.h"

#include "core/base/format.h"

namespace tessera {

std::string describeFragment(const Manifest& manifest, const Fragment& fragment) {
    const std::string_view file = fragment.file_index < manifest.files.size() ? std::string_view(manifest.files[fragment.file_index].name) : "?";
    switch (fragment.kind) {
        case FragmentKind::Header: return format("header of {}, bytes {} to {} (fragment {})", file, fragment.offset,
                                                 fragment.offset + fragment.size_bytes, fragment.id);
        case FragmentKind::Gap: return format("bytes {} to {} of {} (fragment {})", fragment.offset,
                                              fragment.offset + fragment.size_bytes, file, fragment.id);
        case FragmentKind::Tensor: break;
    }
    return format("{}, shard {} of {} (fragment {})", fragment.tensor_name, fragment.shard_index + 1, fragment.total_shards,
                  fragment.id);
}

std::string describeHashMismatch(const Manifest& manifest, const Fragment& fragment, const Sha256Digest& found) {
    return format("{}: the bytes are not those of the manifest: their SHA-256 is {}, it should be {}",
                  describeFragment(manifest, fragment), toHex(found), toHex(fragment.sha256));
}

}  // namespace tessera
