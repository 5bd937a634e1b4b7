// SPDX-License-Identifier: GPL-3.0-or-later
// Targets whose readers take files.
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/require.h"

#include "core/base/platform/file.h"
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"
#include "core/loader/network/part_file.h"

#include <filesystem>
#include <fstream>
#include <random>

namespace tessera::fuzz {

namespace {

constexpr std::uint64_t kPartBytes = 4096;

/// A folder of this process that goes with it.
class Folder {
public:
    Folder() {
        std::random_device random;
        m_path = std::filesystem::temp_directory_path() / ("tessera-fuzz-" + std::to_string(random()));
        std::filesystem::create_directories(m_path);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    std::filesystem::path write(const char* name, std::string_view content) const {
        const auto path = m_path / name;
        std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
        return path;
    }
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

const Folder& folder() {
    static const Folder made;
    return made;
}

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What was imported has messages whose parents are there, and comes back the same from our own format.
void comesBack(const std::filesystem::path& path) {
    const auto imported = importConversations(path, {});
    if (!imported) return;
    require(!imported->conversations.empty());
    for (const StoredConversation& conversation : imported->conversations) {
        require(conversation.tree.size() > 0);
        for (const auto& [number, message] : conversation.tree.messages()) {
            require(number == message.number && (message.parent == kNoMessage || conversation.tree.find(message.parent)));
            if (const auto trace = conversation.traces.find(number); trace != conversation.traces.end())
                require(trace->second.tokens.back().end <= message.text.size());
        }
        (void)toMarkdown(conversation);
        (void)toHtml(conversation);
    }
    const auto again = importConversations(folder().write("own.json", toJson(imported->conversations)), {});
    require(again && again->conversations.size() == imported->conversations.size());
    for (std::size_t i = 0; i < again->conversations.size(); ++i)
        require(again->conversations[i].tree.size() == imported->conversations[i].tree.size());
}

}  // namespace

// The ending tells lines of JSON from JSON; a thread of Jan has both files.
void chats(std::span<const std::byte> bytes) {
    comesBack(folder().write("messages.jsonl", textOf(bytes)));
    comesBack(folder().write("thread.json", textOf(bytes)));
}

void downloadState(std::span<const std::byte> bytes) {
    const auto target = folder().path() / "model.gguf";
    folder().write("model.gguf.tessera-part", std::string(kPartBytes, 'x'));
    folder().write("model.gguf.tessera-part.json", textOf(bytes));
    RemoteFile remote;
    remote.url = "https://example.org/model.gguf";
    remote.size = 2 * kPartBytes;
    remote.etag = "\"1\"";
    remote.ranges = true;
    auto part = PartFile::open(target, remote);
    require(part.has_value());
    // Nothing is believed to be there that the file does not hold, and what is missing and what is there make the whole.
    std::uint64_t there = 0;
    for (const ByteRange& range : part->done().ranges()) {
        require(range.begin < range.end && range.end <= kPartBytes);
        there += range.end - range.begin;
    }
    for (const ByteRange& gap : part->done().gaps(*remote.size, 1024)) there += gap.end - gap.begin;
    require(there == *remote.size);
    std::move(*part).discard();
}

}  // namespace tessera::fuzz
