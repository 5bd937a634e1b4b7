// SPDX-License-Identifier: GPL-3.0-or-later
// JSON text exactly as Python's json.dump(value, file, indent=2) writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::v1 {

/// Writes one document from front to back. Between beginObject and endObject every value follows a key.
class PythonJson {
public:
    void beginObject() { begin('{'); }
    void endObject() { end('}'); }
    void beginList() { begin('['); }
    void endList() { end(']'); }
    void key(std::string_view name);

    void string(std::string_view text);
    void integer(std::int64_t number);
    void unsignedInteger(std::uint64_t number);
    void real(double number);
    void boolean(bool flag);
    void null();

    std::string take() { return std::move(m_text); }

private:
    void begin(char bracket);
    void end(char bracket);
    void separate();

    std::string m_text;
    std::vector<bool> m_has_items;  // by depth
    bool m_after_key = false;
};

/// repr() of a Python float: the shortest digits that read back, "1e-05", "10000.0"; NaN and Infinity as json writes
/// them.
std::string pythonFloat(double number);

}  // namespace tessera::v1
