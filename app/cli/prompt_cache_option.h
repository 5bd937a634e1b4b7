// SPDX-License-Identifier: GPL-3.0-or-later
// "--prompt-cache" of the verbs that read prompts.
#pragma once

#include "app/cli/verb.h"
#include "core/chat/prompt_cache.h"
#include "core/model/loaded_model.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace tessera::cli {

struct PromptCacheOptions {
    std::optional<std::string> folder;  // "auto": this user's
    std::uint64_t budget_bytes = PromptCache::kDefaultBudgetBytes;

    /// Empty: no cache was asked for.
    std::filesystem::path path() const;
};

void addPromptCacheOption(Verb& verb, PromptCacheOptions& options);

/// Null when it was not asked for.
Result<std::unique_ptr<PromptCache>> openPromptCache(const PromptCacheOptions& options, const LoadedModel& model, const SessionOptions& session);

}  // namespace tessera::cli
