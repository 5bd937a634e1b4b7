// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/prompt_cache_option.h"

#include "core/base/format.h"
#include "core/base/platform/paths.h"
#include "core/model/prompt_key.h"

namespace tessera::cli {

std::filesystem::path PromptCacheOptions::path() const {
    if (!folder) return {};
    return *folder == "auto" ? cacheFolder() / "prompts" : fromUtf8(*folder);
}

void addPromptCacheOption(Verb& verb, PromptCacheOptions& options) {
    verb.text("--prompt-cache", "DIR|auto", options.folder,
              "Keep what was computed of prompts in this folder, so that the next one with the same beginning is answered at once; auto is this user's cache");
    const auto parse = [&options](const std::string& text) -> Result<void> {
        TESSERA_TRY(options.budget_bytes, parseBytes(text));
        return {};
    };
    verb.parsed("--prompt-cache-size", "SIZE", parse, "4 GB", "What that folder may take; prompts that were not used for longest leave it");
}

Result<std::unique_ptr<PromptCache>> openPromptCache(const PromptCacheOptions& options, const LoadedModel& model, const SessionOptions& session) {
    if (!options.folder) return std::unique_ptr<PromptCache>();
    TESSERA_TRY(std::string key, promptCacheKey(model, session));
    return PromptCache::open(options.path(), options.budget_bytes, std::move(key));
}

}  // namespace tessera::cli
