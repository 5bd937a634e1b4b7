// SPDX-License-Identifier: GPL-3.0-or-later
// What can be told about a model before it is loaded. Synchronous, for workers.
#pragma once

#include "core/base/operation.h"
#include "core/engine/model_facts.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tessera::ui {

struct ModelSummary {
    ModelFacts facts;
    std::uint64_t file_bytes = 0;
    std::uint64_t fragments = 0;
    std::uint64_t bad = 0, missing = 0;  // as far as known without reading everything
    bool verifiable = true;
    bool in_place = false;               // the model's own file is the store
    bool has_template = false;
    std::string vocabulary_kind;         // tokenizer.ggml.model
    std::string licence, author;         // "" when the file does not say
    std::vector<std::pair<std::string, std::uint64_t>> types;  // bytes of weights by type, most first
};

Result<ModelSummary> summarizeModel(const std::filesystem::path& path, const Operation& operation);

}  // namespace tessera::ui
