// SPDX-License-Identifier: GPL-3.0-or-later
// manifestToJson: one line per file and per fragment, so that a person can read and compare it.
#include "core/base/format.h"
#include "core/fragment/json_text.h"
#include "core/fragment/manifest.h"

#include <iterator>

namespace tessera {

namespace {

std::string_view kindName(FragmentKind kind) {
    switch (kind) {
        case FragmentKind::Header: return "header";
        case FragmentKind::Tensor: return "tensor";
        case FragmentKind::Gap: return "gap";
    }
    return "";
}

void appendFile(std::string& json, const ManifestFile& file) {
    fmt::format_to(std::back_inserter(json), R"({{ "name": {}, "size_bytes": {}, "sha256": "{}" }})",
                   jsonString(file.name), file.size_bytes, toHex(file.sha256));
}

void appendTensorFields(std::string& json, const Fragment& fragment) {
    const TensorTypeTraits& type = traits(fragment.tensor_type);
    fmt::format_to(
        std::back_inserter(json),
        R"("tensor_name": {}, "tensor_type": "{}", "shape": [{}], "dtype": "{}", "shard_index": {}, "total_shards": {}, )",
        jsonString(fragment.tensor_name), type.name, fmt::join(fragment.shape, ", "), type.dtype, fragment.shard_index,
        fragment.total_shards);
    fmt::format_to(
        std::back_inserter(json),
        R"("first_row": {}, "row_count": {}, "layer_index": {}, "component": {}, "expert_index": {}, "is_always_active": {}, )",
        fragment.first_row, fragment.row_count, toInt(fragment.layer), jsonString(fragment.component),
        fragment.expert_index ? fmt::format("{}", *fragment.expert_index) : "null", fragment.is_always_active);
}

void appendFragment(std::string& json, const Fragment& fragment) {
    fmt::format_to(std::back_inserter(json), R"({{ "fragment_id": {}, "kind": "{}", )", jsonString(fragment.id),
                   kindName(fragment.kind));
    if (fragment.kind == FragmentKind::Tensor) appendTensorFields(json, fragment);
    fmt::format_to(std::back_inserter(json), R"("file_index": {}, "offset": {}, "size_bytes": {}, "sha256": "{}" }})",
                   fragment.file_index, fragment.offset, fragment.size_bytes, toHex(fragment.sha256));
}

template <class Item, class Append>
void appendList(std::string& json, std::string_view key, const std::vector<Item>& items, Append append) {
    fmt::format_to(std::back_inserter(json), "  \"{}\": [", key);
    for (std::size_t i = 0; i < items.size(); ++i) {
        json += i == 0 ? "\n    " : ",\n    ";
        append(json, items[i]);
    }
    json += "\n  ]";
}

}  // namespace

std::string manifestToJson(const Manifest& manifest) {
    std::string json;
    json.reserve(manifest.fragments.size() * 600 + 1024);
    fmt::format_to(std::back_inserter(json),
                   "{{\n  \"format_version\": 2,\n  \"model_name\": {},\n  \"architecture\": {},\n",
                   jsonString(manifest.model_name), jsonString(manifest.architecture));
    fmt::format_to(std::back_inserter(json),
                   "  \"model_id\": \"{}\",\n  \"set_id\": \"{}\",\n  \"fragment_size\": {},\n",
                   toHex(manifest.model_id), toHex(manifest.set_id), manifest.fragment_size);
    appendList(json, "files", manifest.files, appendFile);
    fmt::format_to(std::back_inserter(json), ",\n  \"total_fragments\": {},\n", manifest.fragments.size());
    appendList(json, "fragments", manifest.fragments, appendFragment);
    json += "\n}\n";
    return json;
}

}  // namespace tessera
