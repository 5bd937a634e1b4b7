// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_summary.h"

#include "core/loader/fragment_set.h"
#include "core/loader/fragment_tensor_source.h"
#include "core/loader/local/local_loader.h"

#include <algorithm>
#include <map>

namespace tessera::ui {
namespace {

std::string textOr(const Metadata& metadata, std::string_view key) {
    const auto value = metadata.string(key);
    return value ? std::string(*value) : std::string();
}

std::vector<std::pair<std::string, std::uint64_t>> bytesByType(const GgufModel& model) {
    std::map<std::string, std::uint64_t> bytes;
    for (const TensorInfo& tensor : model.tensors) bytes[std::string(traits(tensor.type).name)] += tensor.size_bytes;
    std::vector<std::pair<std::string, std::uint64_t>> sorted(bytes.begin(), bytes.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    return sorted;
}

}  // namespace

Result<ModelSummary> summarizeModel(const std::filesystem::path& path, const Operation& operation) {
    TESSERA_TRY(const FragmentSet set, openFragmentSet(path, operation));
    const auto loader = makeLocalLoader(*set.store, set.verifiable);
    TESSERA_TRY(const auto source, makeFragmentTensorSource(*set.store, *loader, set.verifiable ? VerifyPolicy::FirstUse : VerifyPolicy::Never, operation));
    ModelSummary summary;
    TESSERA_TRY(summary.facts, readModelFacts(source->model()));
    const Manifest& manifest = set.store->manifest();
    summary.file_bytes = manifest.totalBytes();
    summary.fragments = manifest.fragments.size();
    for (std::uint32_t i = 0; i < manifest.fragments.size(); ++i) {
        const FragmentState state = set.store->state(FragmentIndex{i});
        summary.bad += state == FragmentState::Bad;
        summary.missing += state == FragmentState::Missing;
    }
    summary.verifiable = set.verifiable;
    summary.in_place = !set.gguf.empty();
    const Metadata& metadata = source->model().metadata;
    summary.has_template = metadata.find("tokenizer.chat_template") != nullptr;
    summary.vocabulary_kind = textOr(metadata, "tokenizer.ggml.model");
    summary.licence = textOr(metadata, "general.license");
    summary.author = textOr(metadata, "general.author");
    summary.types = bytesByType(source->model());
    return summary;
}

}  // namespace tessera::ui
