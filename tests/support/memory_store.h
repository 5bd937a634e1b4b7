// SPDX-License-Identifier: GPL-3.0-or-later
// A store whose fragments lie in memory and go wrong where a test says so.
#pragma once

#include "core/fragment/fragment_store.h"
#include "tests/support/sample_set.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <vector>

namespace tessera::test {

class MemoryStore final : public FragmentStore {
public:
    explicit MemoryStore(const Sample& sample) : m_sample(sample), m_manifest(sample.manifest), m_states(sample.manifest.fragments.size()) {
        for (auto& state : m_states) state = FragmentState::Present;
    }

    // What goes wrong; set before use.
    Manifest& changeManifest() { return m_manifest; }
    std::map<FragmentIndex, ErrorKind> fails;          // reading gives this error
    std::map<FragmentIndex, std::size_t> flipped;      // reading gives bytes of which one is wrong
    std::function<void(FragmentIndex)> on_read = [](FragmentIndex) {};
    mutable std::atomic<int> reads{0};                 // of whole fragments or their first part

    const Manifest& manifest() const override { return m_manifest; }
    FragmentState state(FragmentIndex fragment) const override { return m_states[toInt(fragment)]; }
    void setState(FragmentIndex fragment, FragmentState state) override { m_states[toInt(fragment)] = state; }

    Result<void> readPart(FragmentIndex fragment, std::uint64_t offset, std::span<std::byte> out) const override {
        if (offset == 0) {
            ++reads;
            on_read(fragment);
        }
        if (fails.contains(fragment)) return fail(fails.at(fragment), "the test wants it");
        const auto bytes = m_sample.bytesOf(fragment).subspan(offset, out.size());
        std::copy(bytes.begin(), bytes.end(), out.begin());
        const auto flip = flipped.find(fragment);
        if (flip != flipped.end() && flip->second >= offset && flip->second < offset + out.size()) out[flip->second - offset] ^= std::byte{1};
        return {};
    }
    Result<void> write(FragmentIndex, std::span<const std::byte>) override { return fail(ErrorKind::Unsupported, "not in memory"); }
    Result<std::optional<std::span<const std::byte>>> map(std::uint32_t, std::uint64_t, std::uint64_t) const override { return std::nullopt; }

private:
    const Sample& m_sample;
    Manifest m_manifest;
    std::vector<std::atomic<FragmentState>> m_states;
};

}  // namespace tessera::test
