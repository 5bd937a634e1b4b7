// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/exchange/qt_stream.h"

namespace tessera {

namespace {

void appendUtf8(std::string& text, char32_t c) {
    if (c < 0x80) {
        text += static_cast<char>(c);
    } else if (c < 0x800) {
        text += static_cast<char>(0xc0 | (c >> 6));
        text += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        text += static_cast<char>(0xe0 | (c >> 12));
        text += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        text += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        text += static_cast<char>(0xf0 | (c >> 18));
        text += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
        text += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        text += static_cast<char>(0x80 | (c & 0x3f));
    }
}

char32_t unitAt(std::span<const std::byte> bytes, std::size_t index) {
    return (std::to_integer<char32_t>(bytes[2 * index]) << 8) | std::to_integer<char32_t>(bytes[2 * index + 1]);
}

}  // namespace

std::span<const std::byte> QtStream::take(std::uint64_t bytes) {
    if (!m_ok || bytes > m_rest.size()) {
        m_ok = false;
        m_rest = {};
        return {};
    }
    const auto taken = m_rest.first(static_cast<std::size_t>(bytes));
    m_rest = m_rest.subspan(taken.size());
    return taken;
}

std::uint64_t QtStream::integer(int bytes) {
    std::uint64_t value = 0;
    for (const std::byte byte : take(static_cast<std::uint64_t>(bytes))) value = (value << 8) | std::to_integer<std::uint64_t>(byte);
    return value;
}

std::span<const std::byte> QtStream::lengthPrefixed() {
    const std::uint32_t length = u32();
    if (length == 0xffffffff) return {};                       // null
    return take(length == 0xfffffffe ? u64() : length);        // an extended length follows
}

std::string QtStream::byteArray() {
    const auto bytes = lengthPrefixed();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string QtStream::string() {
    const auto bytes = lengthPrefixed();
    if (bytes.size() % 2 != 0) m_ok = false;
    std::string text;
    const std::size_t units = bytes.size() / 2;
    for (std::size_t i = 0; i < units; ++i) {
        char32_t c = unitAt(bytes, i);
        const bool high = c >= 0xd800 && c < 0xdc00;
        const char32_t low = high && i + 1 < units ? unitAt(bytes, i + 1) : 0;
        if (low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            ++i;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 0xfffd;  // half a surrogate pair
        }
        appendUtf8(text, c);
    }
    return text;
}

std::size_t QtStream::count(std::uint64_t declared) {
    if (declared > m_rest.size()) m_ok = false;
    return m_ok ? static_cast<std::size_t>(declared) : 0;
}

void QtStream::skip(std::uint64_t bytes) { (void)take(bytes); }

}  // namespace tessera
