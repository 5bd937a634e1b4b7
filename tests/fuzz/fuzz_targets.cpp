// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/require.h"

#include "core/base/limits.h"
#include "core/fragment/manifest.h"
#include "core/fragment/plan.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/v1/v1_layout.h"
#include "core/fragment/v1/v1_manifest.h"
#include "core/gguf/reader.h"
#include "core/gguf/writer.h"

namespace tessera::fuzz {

namespace {

/// What can be written again reads back as the same bytes.
void rewrite(const Metadata& metadata) {
    const auto written = ggufBytes(metadata, {});
    if (!written) return;  // an alignment that is read but not written
    const auto again = parseGgufHeader(*written, written->size(), "again");
    require(again.has_value());
    require(ggufBytes(again->metadata, {}).value() == *written);
    for (const auto& entry : metadata.entries()) require(entry.value.display(40).size() <= 40);
}

/// Header, tensors and gaps cover every byte of the file once.
void cover(const GgufModel& model) {
    if (model.files.front().size_bytes > 64 * limits::MiB) return;  // millions of fragments only cost time
    const auto gaps = gapsOf(model);
    const auto plan = planFragments(model, {limits::kMinFragmentBytes}, gaps);
    require(plan.has_value());
    std::uint64_t end = 0;
    for (const Fragment& fragment : *plan) {
        require(fragment.offset == end && fragment.size_bytes > 0);
        end += fragment.size_bytes;
    }
    require(end == model.files.front().size_bytes);
    require(v1::planV1(model, limits::kMinFragmentBytes).has_value());
}

void header(std::span<const std::byte> bytes, std::uint64_t file_bytes) {
    auto parsed = parseGgufHeader(bytes, file_bytes, "fuzz");
    if (!parsed) return;
    rewrite(parsed->metadata);
    std::vector<GgufHeader> headers;
    headers.push_back(std::move(*parsed));
    const auto model = joinGgufHeaders(std::move(headers));
    if (model) cover(*model);
}

}  // namespace

void gguf(std::span<const std::byte> bytes) {
    header(bytes, bytes.size());
    header(bytes, bytes.size() + 16 * limits::MiB);  // room for tensors that the input does not have
}

void manifest(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (const auto parsed = parseManifest(text, "fuzz")) {
        const std::string json = manifestToJson(*parsed);
        const auto again = parseManifest(json, "again");
        require(again && manifestToJson(*again) == json);
        const FragmentIndexByTensor index(*parsed);
        for (const Fragment& fragment : parsed->fragments) {
            if (fragment.kind == FragmentKind::Tensor)
                require(index.find(fragment.tensor_name).size() == fragment.total_shards);
        }
    }
    v1::isV1Manifest(text);
    (void)v1::parseManifestV1(text);
}

}  // namespace tessera::fuzz
