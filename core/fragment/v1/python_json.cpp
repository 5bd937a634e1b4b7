// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/v1/python_json.h"

#include "core/base/format.h"
#include "core/fragment/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace tessera::v1 {

void PythonJson::separate() {
    if (m_after_key) {
        m_after_key = false;
        return;
    }
    if (m_has_items.empty()) return;
    if (m_has_items.back()) m_text += ',';
    m_has_items.back() = true;
    m_text += '\n';
    m_text.append(m_has_items.size() * 2, ' ');
}

void PythonJson::begin(char bracket) {
    separate();
    m_text += bracket;
    m_has_items.push_back(false);
}

void PythonJson::end(char bracket) {
    const bool had_items = m_has_items.back();
    m_has_items.pop_back();
    if (had_items) {
        m_text += '\n';
        m_text.append(m_has_items.size() * 2, ' ');
    }
    m_text += bracket;
}

void PythonJson::key(std::string_view name) {
    separate();
    m_text += jsonString(name, true);
    m_text += ": ";
    m_after_key = true;
}

void PythonJson::string(std::string_view text) {
    separate();
    m_text += jsonString(text, true);
}

void PythonJson::integer(std::int64_t number) {
    separate();
    m_text += fmt::format("{}", number);
}

void PythonJson::unsignedInteger(std::uint64_t number) {
    separate();
    m_text += fmt::format("{}", number);
}

void PythonJson::real(double number) {
    separate();
    m_text += pythonFloat(number);
}

void PythonJson::boolean(bool flag) {
    separate();
    m_text += flag ? "true" : "false";
}

void PythonJson::null() {
    separate();
    m_text += "null";
}

std::string pythonFloat(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    // "-d.ddde-XX": the shortest digits, laid out anew by Python's rule.
    std::array<char, 32> buffer;
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    (void)error;  // 32 characters always suffice
    std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t e = text.find('e');
    int exponent = 0;
    const char* exponent_begin = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(exponent_begin, text.data() + text.size(), exponent);
    std::string digits(text.substr(0, 1));
    if (e > 2) digits += text.substr(2, e - 2);

    std::string out = negative ? "-" : "";
    const int count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= 16) {
        out += digits.substr(0, 1);
        if (count > 1) out += "." + digits.substr(1);
        return out + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
    }
    if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    if (count <= exponent + 1)
        return out + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0') + ".0";
    return out + digits.substr(0, static_cast<std::size_t>(exponent) + 1) + "." +
           digits.substr(static_cast<std::size_t>(exponent) + 1);
}

}  // namespace tessera::v1
