// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts that were read before, on the disk: what a session's KV cache held behind them, so that the next run with the same
// beginning need not read it again.
//
// One file per prompt, "<key>-<tokens>.tessera-kv" (beginnings of SHA-256 digests in hex); numbers little-endian:
//   8 bytes   "TSRKV001"
//   32 bytes  SHA-256 of everything that follows
//   u32, n bytes      the key: what the numbers depend on beside the tokens
//   u32, n × i32      token ids
//   u32, n × f32      logits behind the last token
//   u64, n bytes      Session::save()
// A file appears whole or not at all. Nothing of it reaches a session before it has met its hash. The hash finds damage, not
// forgery: the folder is the user's own, and readable for nobody else where we made it.
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tessera {

struct StoredPrompt {
    std::vector<TokenId> tokens;
    std::vector<float> logits;     // behind the last token
    std::vector<std::byte> state;  // Session::save() with these tokens
};

/// One folder may serve several models and programs at once. Any thread may call any method.
class PromptCache {
public:
    static constexpr std::uint64_t kDefaultBudgetBytes = 4'000'000'000;
    /// Fewer tokens than this are read faster than fetched.
    static constexpr std::size_t kWorthKeeping = 64;

    /// Makes the folder. `key` names everything that the state depends on beside the tokens: model, engine, number format
    /// (promptCacheKey in core/model). Prompts of other keys are never given out, but the budget counts all.
    static Result<std::unique_ptr<PromptCache>> open(std::filesystem::path folder, std::uint64_t budget_bytes, std::string key);

    /// The stored prompt with the longest beginning in common, when that is at least `least` tokens. A damaged file is
    /// removed with a warning, and counts as not there.
    std::optional<StoredPrompt> find(std::span<const TokenId> prompt, std::size_t least) const;

    /// Keeps a prompt, in the place of shorter ones that it begins with; those that were not used for longest leave the folder
    /// until all fit into the budget. One that is larger than the budget is not kept.
    Result<void> store(const StoredPrompt& prompt);

private:
    PromptCache(std::filesystem::path folder, std::uint64_t budget_bytes, std::string key);
    struct Entry {
        std::filesystem::path path;
        std::size_t tokens = 0;
        std::size_t common = 0;  // with the prompt in question
    };
    std::vector<Entry> entriesLike(std::span<const TokenId> prompt) const;
    std::optional<Entry> readHead(const std::filesystem::path& path, std::span<const TokenId> prompt) const;
    Result<StoredPrompt> read(const std::filesystem::path& path) const;
    void makeRoom(std::uint64_t bytes) const;

    const std::filesystem::path m_folder;
    const std::uint64_t m_budget_bytes;
    const std::string m_key;
    const std::string m_prefix;  // of the names of our files
    std::mutex m_storing;
};

}  // namespace tessera
