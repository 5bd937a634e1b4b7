// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/prompt_cache.h"

#include "core/base/bytes.h"
#include "core/base/format.h"
#include "core/base/hash.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/base/platform/file.h"
#include "core/base/platform/paths.h"
#include "core/chat/common_beginning.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <system_error>

namespace tessera {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "TSRKV001";
constexpr std::string_view kExtension = ".tessera-kv";
constexpr std::size_t kHeadBytes = kMagic.size() + sizeof(Sha256Digest);

template <class T>
std::span<const std::byte> bytesOf(const T& values) { return std::as_bytes(std::span(values)); }

/// Everything behind the hash, in pieces, with the counts before them.
class Content {
public:
    Content(const std::string& key, const StoredPrompt& prompt)
        : m_counts{static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(prompt.tokens.size()), static_cast<std::uint32_t>(prompt.logits.size())},
          m_state_bytes(prompt.state.size()),
          m_pieces{bytesOf(std::span(&m_counts[0], 1)), bytesOf(key), bytesOf(std::span(&m_counts[1], 1)), bytesOf(prompt.tokens),
                   bytesOf(std::span(&m_counts[2], 1)), bytesOf(prompt.logits), bytesOf(std::span(&m_state_bytes, 1)), bytesOf(prompt.state)} {}
    Content(const Content&) = delete;
    Content& operator=(const Content&) = delete;

    std::uint64_t bytes() const {
        std::uint64_t sum = 0;
        for (const auto piece : m_pieces) sum += piece.size();
        return sum;
    }
    Sha256Digest digest() const {
        Sha256 hash;
        for (const auto piece : m_pieces) hash.update(piece);
        return hash.finish();
    }
    Result<void> write(File& file, std::uint64_t offset) const {
        for (const auto piece : m_pieces) {
            TESSERA_CHECK(file.writeAt(offset, piece));
            offset += piece.size();
        }
        return {};
    }

private:
    std::array<std::uint32_t, 3> m_counts;
    std::uint64_t m_state_bytes;
    std::array<std::span<const std::byte>, 8> m_pieces;
};

/// A count, at most `most`, and so many values.
template <class T, class Count = std::uint32_t>
std::optional<std::vector<T>> readValues(ByteReader& reader, std::uint64_t most) {
    const auto count = reader.read<Count>();
    if (!count || *count > most) return std::nullopt;
    const auto bytes = reader.take(std::uint64_t{*count} * sizeof(T));
    if (!bytes) return std::nullopt;
    std::vector<T> values(static_cast<std::size_t>(*count));
    if (!values.empty()) std::memcpy(values.data(), bytes->data(), bytes->size());
    return values;
}

std::string beginningOf(const Sha256Digest& digest) { return toHex(digest).substr(0, 32); }

void markUsed(const fs::path& path) {
    std::error_code ignored;
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
}

}  // namespace

PromptCache::PromptCache(fs::path folder, std::uint64_t budget_bytes, std::string key)
    : m_folder(std::move(folder)), m_budget_bytes(budget_bytes), m_key(std::move(key)), m_prefix(beginningOf(sha256(bytesOf(m_key))).substr(0, 16) + "-") {}

Result<std::unique_ptr<PromptCache>> PromptCache::open(fs::path folder, std::uint64_t budget_bytes, std::string key) {
    if (key.size() > limits::kMaxPromptCacheKeyBytes) return fail(ErrorKind::InvalidArgument, "the key of a prompt cache is too long");
    std::error_code code;
    const bool made = fs::create_directories(folder, code);
    if (code || !fs::is_directory(folder, code))
        return fail(ErrorKind::Io, format("{} cannot be the folder of the prompt cache{}", toUtf8(folder), code ? ": " + code.message() : std::string()));
    if (made) fs::permissions(folder, fs::perms::owner_all, code);  // who reads tokens reads the prompt
    removeStaleTemporaries(folder);
    return std::unique_ptr<PromptCache>(new PromptCache(std::move(folder), budget_bytes, std::move(key)));
}

/// Not verified yet: only for choosing. nullopt when it is not ours.
std::optional<PromptCache::Entry> PromptCache::readHead(const fs::path& path, std::span<const TokenId> prompt) const {
    const auto file = File::open(path, File::Mode::Read);
    if (!file) return std::nullopt;
    std::vector<std::byte> head(kHeadBytes + sizeof(std::uint32_t) + m_key.size() + sizeof(std::uint32_t));
    if (!file->readAt(0, head)) return std::nullopt;
    ByteReader reader(head);
    const auto magic = reader.take(kMagic.size());
    if (!std::ranges::equal(*magic, bytesOf(kMagic))) return std::nullopt;
    (void)reader.take(sizeof(Sha256Digest));
    const auto key_bytes = reader.read<std::uint32_t>();
    if (!key_bytes || *key_bytes != m_key.size() || !std::ranges::equal(*reader.take(m_key.size()), bytesOf(m_key))) return std::nullopt;
    const auto count = reader.read<std::uint32_t>();
    if (!count || *count > limits::kMaxContextTokens) return std::nullopt;
    std::vector<TokenId> tokens(std::min<std::size_t>(*count, prompt.size()));
    if (!file->readAt(head.size(), std::as_writable_bytes(std::span(tokens)))) return std::nullopt;
    return Entry{path, *count, commonBeginning(tokens, prompt)};
}

std::vector<PromptCache::Entry> PromptCache::entriesLike(std::span<const TokenId> prompt) const {
    std::vector<Entry> entries;
    std::error_code code;
    for (fs::directory_iterator it(m_folder, code), end; !code && it != end && entries.size() < limits::kMaxPromptCacheFiles; it.increment(code)) {
        const std::string name = toUtf8(it->path().filename());
        if (!name.starts_with(m_prefix) || !name.ends_with(kExtension)) continue;
        if (auto entry = readHead(it->path(), prompt)) entries.push_back(*std::move(entry));
    }
    return entries;
}

Result<StoredPrompt> PromptCache::read(const fs::path& path) const {
    TESSERA_TRY(const auto bytes, readFile(path, m_budget_bytes));
    const auto damaged = [&] { return fail(ErrorKind::Corrupt, format("{} is damaged", toUtf8(path))); };
    if (bytes.size() < kHeadBytes) return damaged();
    const auto content = std::span(bytes).subspan(kHeadBytes);
    const Sha256Digest digest = sha256(content);
    if (!std::ranges::equal(digest, std::span(bytes).subspan(kMagic.size(), digest.size()))) return damaged();
    ByteReader reader(content);
    const auto key = readValues<char>(reader, limits::kMaxPromptCacheKeyBytes);
    auto tokens = readValues<TokenId>(reader, limits::kMaxContextTokens);
    auto logits = readValues<float>(reader, limits::kMaxArrayElements);
    auto state = readValues<std::byte, std::uint64_t>(reader, m_budget_bytes);
    if (!key || !tokens || !logits || !state || reader.remaining() > 0 || !std::ranges::equal(*key, m_key)) return damaged();
    return StoredPrompt{*std::move(tokens), *std::move(logits), *std::move(state)};
}

std::optional<StoredPrompt> PromptCache::find(std::span<const TokenId> prompt, std::size_t least) const {
    const auto entries = entriesLike(prompt);
    // Of equally long beginnings the shortest prompt: least is read in vain, and the whole prompt comes with its logits.
    const auto best = std::ranges::max_element(entries, {}, [](const Entry& entry) { return std::pair(entry.common, ~entry.tokens); });
    if (best == entries.end() || best->common < std::max<std::size_t>(least, 1)) return std::nullopt;
    auto stored = read(best->path);
    if (stored) {
        markUsed(best->path);
        return *std::move(stored);
    }
    const bool damaged = stored.error().kind == ErrorKind::Corrupt;
    logWarning(format("prompt cache: {}; {}the prompt is computed anew", stored.error().message, damaged ? "it was removed, and " : ""));
    std::error_code ignored;
    if (damaged) fs::remove(best->path, ignored);
    return std::nullopt;
}

void PromptCache::makeRoom(std::uint64_t bytes) const {
    struct Stored {
        fs::file_time_type used;
        std::uint64_t size;
        fs::path path;
    };
    std::vector<Stored> all;
    std::error_code code;
    for (fs::directory_iterator it(m_folder, code), end; !code && it != end; it.increment(code)) {
        std::error_code of_file;
        if (!toUtf8(it->path().filename()).ends_with(kExtension)) continue;
        const auto size = it->file_size(of_file);
        const auto used = it->last_write_time(of_file);
        if (!of_file) all.push_back({used, size, it->path()});
    }
    std::ranges::sort(all, {}, &Stored::used);
    std::uint64_t sum = bytes;
    for (const Stored& stored : all) sum += stored.size;
    for (const Stored& stored : all) {
        if (sum <= m_budget_bytes) return;
        if (fs::remove(stored.path, code)) sum -= stored.size;
    }
}

Result<void> PromptCache::store(const StoredPrompt& prompt) {
    const Content content(m_key, prompt);
    const std::uint64_t bytes = kHeadBytes + content.bytes();
    if (bytes > m_budget_bytes) {
        logInfo(format("prompt cache: this prompt takes {}, more than the cache may", formatBytes(bytes)));
        return {};
    }
    const std::scoped_lock lock(m_storing);
    std::error_code ignored;
    for (const Entry& entry : entriesLike(prompt.tokens))
        if (entry.common == entry.tokens && entry.tokens < prompt.tokens.size()) fs::remove(entry.path, ignored);
    makeRoom(bytes);
    const auto path = m_folder / fromUtf8(m_prefix + beginningOf(sha256(bytesOf(prompt.tokens))) + std::string(kExtension));
    const Sha256Digest digest = content.digest();
    return writeFileAtomically(path, [&](File& file) -> Result<void> {
        TESSERA_CHECK(file.writeAt(0, bytesOf(kMagic)));
        TESSERA_CHECK(file.writeAt(kMagic.size(), digest));
        return content.write(file, kHeadBytes);
    });
}

}  // namespace tessera
