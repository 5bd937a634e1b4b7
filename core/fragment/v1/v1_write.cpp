// SPDX-License-Identifier: GPL-3.0-or-later
// writeFolder: what the earlier Python project would have written for the same file, byte for byte.
#include "core/base/format.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/base/quote.h"
#include "core/fragment/cut_folder.h"
#include "core/fragment/fragment_writer.h"
#include "core/fragment/manifest_check.h"
#include "core/fragment/plan.h"
#include "core/fragment/plan_hasher.h"
#include "core/fragment/v1/python_json.h"
#include "core/fragment/v1/v1_format.h"
#include "core/fragment/v1/v1_layout.h"
#include "core/fragment/v1/v1_manifest.h"
#include "core/gguf/reader.h"

#include <algorithm>
#include <unordered_map>

namespace tessera::v1 {

namespace {

std::string hash16(const Fragment& fragment) { return toHex(fragment.sha256).substr(0, 16); }

std::string componentOf(const Fragment& fragment) {
    if (fragment.layer == kEmbeddingLayer) return "embedding";
    if (fragment.layer == kOutputLayer) return "lm_head";
    if (fragment.layer == kOtherLayer) return fragment.tensor_name;
    return fragment.component;
}

/// The rough class that version 1 gave a tensor besides its component.
std::string_view fragmentType(const Fragment& fragment) {
    if (fragment.layer == kEmbeddingLayer) return "embedding";
    if (fragment.layer == kOutputLayer) return "lm_head";
    if (fragment.component.find("norm") != std::string::npos) return "norm";
    if (fragment.component.find("_exps") != std::string::npos) return "expert";
    if (fragment.component.starts_with("attn")) return "attention";
    if (fragment.component.starts_with("ffn")) return "ffn";
    return "other";
}

std::string idOf(const std::string& model_name, const Fragment& fragment) {
    return fmt::format("{}_L{}_{}_S{}_{}", model_name, toInt(fragment.layer), componentOf(fragment),
                       fragment.shard_index, hash16(fragment));
}

/// numpy's name of what the Python reader gave for the type: it had no bfloat16.
std::string_view dtypeOf(TensorType type) { return type == TensorType::BF16 ? "uint8" : traits(type).dtype; }

void writeElement(PythonJson& json, const MetadataArray& array, std::uint64_t index);

void writeBytes(PythonJson& json, std::string_view text) {
    json.beginList();
    for (const char c : text) json.integer(static_cast<unsigned char>(c));
    json.endList();
}

/// A list of its elements' parts.
void writeArray(PythonJson& json, const MetadataArray& array) {
    json.beginList();
    for (std::uint64_t i = 0; i < array.count; ++i) writeElement(json, array, i);
    json.endList();
}

void writeElement(PythonJson& json, const MetadataArray& array, std::uint64_t index) {
    if (array.element_type == MetadataType::String) return writeBytes(json, array.strings[index]);
    if (array.element_type == MetadataType::Array) return writeArray(json, array.arrays[index]);
    json.beginList();
    if (array.element_type == MetadataType::Float32 || array.element_type == MetadataType::Float64) {
        json.real(array.numberAt(index));
    } else if (array.element_type == MetadataType::Bool) {
        json.boolean(array.integerAt(index) != 0);
    } else if (array.element_type == MetadataType::UInt64) {
        json.unsignedInteger(static_cast<std::uint64_t>(array.integerAt(index)));
    } else {
        json.integer(array.integerAt(index));
    }
    json.endList();
}

/// A scalar is a list of one value, a string a list of its bytes.
void writeValue(PythonJson& json, const MetadataValue& value) {
    if (const auto* text = std::get_if<std::string>(&value.value)) return writeBytes(json, *text);
    if (const auto* array = std::get_if<MetadataArray>(&value.value)) return writeArray(json, *array);
    json.beginList();
    if (const auto* unsigned_number = std::get_if<std::uint64_t>(&value.value)) json.unsignedInteger(*unsigned_number);
    if (const auto* number = std::get_if<std::int64_t>(&value.value)) json.integer(*number);
    if (const auto* real = std::get_if<double>(&value.value)) json.real(*real);
    if (const auto* flag = std::get_if<bool>(&value.value)) json.boolean(*flag);
    json.endList();
}

void writeMetadata(PythonJson& json, const GgufModel& model) {
    const auto count = [&](std::string_view key, std::uint64_t value) {
        json.key(key);
        json.beginList();
        json.unsignedInteger(value);
        json.endList();
    };
    json.beginObject();
    // The Python reader listed the counts of the preamble as if they were metadata.
    count("GGUF.version", model.files.front().version);
    count("GGUF.tensor_count", model.tensors.size());
    count("GGUF.kv_count", model.metadata.entries().size());
    for (const auto& [key, value] : model.metadata.entries()) {
        json.key(key);
        writeValue(json, value);
    }
    json.endObject();
}

void writeEntry(PythonJson& json, const std::string& model_name, const Fragment& fragment, std::uint64_t data_offset) {
    json.beginObject();
    json.key("fragment_id"), json.string(fragment.id);
    json.key("model_name"), json.string(model_name);
    json.key("fragment_type"), json.string(fragmentType(fragment));
    json.key("layer_index"), json.integer(toInt(fragment.layer));
    json.key("component"), json.string(componentOf(fragment));
    json.key("expert_index"), json.null();
    json.key("shard_index"), json.integer(fragment.shard_index);
    json.key("total_shards"), json.integer(fragment.total_shards);
    json.key("shape"), json.beginList();
    for (const std::int64_t size : fragment.shape) json.integer(size);
    json.endList();
    json.key("dtype"), json.string(dtypeOf(fragment.tensor_type));
    json.key("size_bytes"), json.unsignedInteger(fragment.size_bytes);
    json.key("tensor_name"), json.string(fragment.tensor_name);
    json.key("tensor_type"), json.string(traits(fragment.tensor_type).name);
    json.key("checksum"), json.string(hash16(fragment));
    json.key("is_always_active"), json.boolean(fragmentType(fragment) != "expert");
    json.key("data_offset"), json.unsignedInteger(data_offset);
    json.endObject();
}

std::string manifestJson(const GgufModel& model, const std::string& model_name,
                         const std::vector<Fragment>& fragments) {
    // Entries stand in the order of the header's tensor list, each tensor's shards together.
    std::unordered_map<std::string_view, std::vector<const Fragment*>> by_tensor;
    for (const Fragment& fragment : fragments) {
        if (fragment.kind == FragmentKind::Tensor) by_tensor[fragment.tensor_name].push_back(&fragment);
    }
    PythonJson json;
    json.beginObject();
    json.key("model_name"), json.string(model_name);
    json.key("chunk_size"), json.unsignedInteger(kChunkBytes);
    json.key("header_size"), json.unsignedInteger(headerBytes(model));
    json.key("total_fragments"), json.unsignedInteger(fragments.size() - 1);
    json.key("fragments"), json.beginList();
    for (const TensorInfo& tensor : model.tensors) {
        for (const Fragment* shard : by_tensor[tensor.name]) writeEntry(json, model_name, *shard, tensor.offset);
    }
    json.endList();
    json.key("metadata"), writeMetadata(json, model);
    json.endObject();
    return json.take();
}

/// Version 1 rebuilds with zeros between the tensors and no more bytes than the last one's padding.
Result<void> checkGaps(const GgufModel& model, const std::filesystem::path& path) {
    const auto unsupported = [&](std::string_view what) {
        return fail(ErrorKind::Unsupported,
                    fmt::format("{}: {}, which version 1 cannot hold (use version 2)", toUtf8(path), what));
    };
    if (model.files.front().size_bytes != fileBytes(model))
        return unsupported("the file does not end with its last tensor's padding");
    TESSERA_TRY(const File file, File::open(path, File::Mode::Read));
    const std::uint64_t header = headerBytes(model);
    std::vector<std::byte> memory(1 << 16);
    for (const GapRange& gap : gapsOf(model)) {
        for (std::uint64_t done = 0; gap.offset >= header && done < gap.size_bytes;) {
            const auto piece = std::span(memory).first(
                static_cast<std::size_t>(std::min<std::uint64_t>(memory.size(), gap.size_bytes - done)));
            TESSERA_CHECK(file.readAt(gap.offset + done, piece));
            const bool zeros =
                std::all_of(piece.begin(), piece.end(), [](std::byte byte) { return byte == std::byte{0}; });
            if (!zeros)
                return unsupported(
                    fmt::format("bytes other than zero stand between tensors at byte {}", gap.offset + done));
            done += piece.size();
        }
    }
    return {};
}

Result<void> checkNames(const GgufModel& model, const std::string& model_name) {
    for (const TensorInfo& tensor : model.tensors) {
        Fragment fragment;
        fragment.tensor_name = tensor.name;
        const TensorPlace place = placeOf(tensor.name);
        fragment.layer = place.layer;
        fragment.component = place.component;
        if (isPlainFileName(idOf(model_name, fragment) + ".dat")) continue;
        return fail(ErrorKind::Unsupported,
                    fmt::format("tensor {}: its name cannot stand in a version-1 file name (use version 2)",
                                inQuotes(tensor.name)));
    }
    return {};
}

}  // namespace

Result<void> writeFolder(const std::filesystem::path& path, const std::filesystem::path& folder,
                         const Operation& operation) {
    TESSERA_TRY(const GgufModel model, readGgufModel(path));
    if (model.files.size() != 1) {
        return fail(ErrorKind::Unsupported,
                    fmt::format("{}: version 1 has no split models (use version 2)", toUtf8(path)));
    }
    const std::string model_name = toUtf8(path.stem());
    TESSERA_CHECK(checkNames(model, model_name));
    TESSERA_CHECK(checkGaps(model, path));
    HashRequest request;
    request.paths = {path};
    request.sizes = {model.files.front().size_bytes};
    TESSERA_TRY(request.plan, planV1(model, kChunkBytes));
    request.id_of = [&](const Fragment& fragment) {
        return fragment.kind == FragmentKind::Header ? std::string(kHeaderFragmentId) : idOf(model_name, fragment);
    };
    TESSERA_TRY(const std::string description, describeCut(1, kChunkBytes, request.paths));
    TESSERA_TRY(CutFolder cut, CutFolder::open(folder, description));
    removeStaleTemporaries(folder);
    const auto path_of = [&](const Fragment& fragment) { return folder / fromUtf8(fragment.id + ".dat"); };
    TESSERA_TRY(const auto writer, FragmentWriter::start(request.paths, path_of, 0, operation.stop));
    request.on_fragment = [&](const Fragment& fragment) { return writer->add(fragment); };
    TESSERA_TRY(const HashedPlan hashed, hashPlan(std::move(request), operation));
    TESSERA_CHECK(writer->finish());
    return cut.finish(manifestJson(model, model_name, hashed.fragments));
}

}  // namespace tessera::v1
