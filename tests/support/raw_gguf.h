// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF bytes put together by hand: everything the writer would refuse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::test {

class RawGguf {
public:
    template <class T>
    RawGguf& number(T value) {
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        m_text.append(bytes, sizeof(T));
        return *this;
    }
    RawGguf& raw(std::string_view text) {
        m_text += text;
        return *this;
    }
    RawGguf& string(std::string_view text) { return number<std::uint64_t>(text.size()).raw(text); }

    RawGguf& preamble(std::uint64_t tensors, std::uint64_t entries, std::uint32_t version = 3) {
        return raw("GGUF").number<std::uint32_t>(version).number(tensors).number(entries);
    }
    /// Key and value type; the value follows.
    RawGguf& key(std::string_view name, std::uint32_t type) { return string(name).number(type); }
    RawGguf& uint32Entry(std::string_view name, std::uint32_t value) { return key(name, 4).number(value); }
    RawGguf& tensor(std::string_view name, const std::vector<std::int64_t>& shape, std::uint32_t type,
                    std::uint64_t offset) {
        string(name).number(static_cast<std::uint32_t>(shape.size()));
        for (const std::int64_t size : shape) number(size);
        return number(type).number(offset);
    }
    RawGguf& padTo(std::size_t alignment, char fill = 0) {
        m_text.resize((m_text.size() + alignment - 1) / alignment * alignment, fill);
        return *this;
    }
    RawGguf& zeros(std::size_t count) {
        m_text.append(count, '\0');
        return *this;
    }

    std::span<const std::byte> bytes() const { return std::as_bytes(std::span(m_text)); }
    const std::string& text() const { return m_text; }
    std::size_t size() const { return m_text.size(); }

private:
    std::string m_text;
};

}  // namespace tessera::test
