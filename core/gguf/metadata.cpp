// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/metadata.h"

#include "core/base/format.h"
#include "core/base/quote.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace tessera {

std::string_view metadataTypeName(MetadataType type) {
    switch (type) {
        case MetadataType::UInt8: return "uint8";
        case MetadataType::Int8: return "int8";
        case MetadataType::UInt16: return "uint16";
        case MetadataType::Int16: return "int16";
        case MetadataType::UInt32: return "uint32";
        case MetadataType::Int32: return "int32";
        case MetadataType::Float32: return "float32";
        case MetadataType::Bool: return "bool";
        case MetadataType::String: return "string";
        case MetadataType::Array: return "array";
        case MetadataType::UInt64: return "uint64";
        case MetadataType::Int64: return "int64";
        case MetadataType::Float64: return "float64";
    }
    return "unknown";
}

std::size_t metadataTypeBytes(MetadataType type) {
    switch (type) {
        case MetadataType::UInt8:
        case MetadataType::Int8:
        case MetadataType::Bool: return 1;
        case MetadataType::UInt16:
        case MetadataType::Int16: return 2;
        case MetadataType::UInt32:
        case MetadataType::Int32:
        case MetadataType::Float32: return 4;
        case MetadataType::UInt64:
        case MetadataType::Int64:
        case MetadataType::Float64: return 8;
        case MetadataType::String:
        case MetadataType::Array: return 0;
    }
    return 0;
}

namespace {

template <class T>
T packedAt(const MetadataArray& array, std::uint64_t index) {
    T value;
    std::memcpy(&value, array.packed.data() + index * sizeof(T), sizeof(T));
    return value;
}

/// Calls `use` with the element in its own C++ type.
template <class Use>
auto visitElement(const MetadataArray& array, std::uint64_t index, Use use) -> decltype(use(0)) {
    switch (array.element_type) {
        case MetadataType::UInt8:
        case MetadataType::Bool: return use(packedAt<std::uint8_t>(array, index));
        case MetadataType::Int8: return use(packedAt<std::int8_t>(array, index));
        case MetadataType::UInt16: return use(packedAt<std::uint16_t>(array, index));
        case MetadataType::Int16: return use(packedAt<std::int16_t>(array, index));
        case MetadataType::UInt32: return use(packedAt<std::uint32_t>(array, index));
        case MetadataType::Int32: return use(packedAt<std::int32_t>(array, index));
        case MetadataType::UInt64: return use(packedAt<std::uint64_t>(array, index));
        case MetadataType::Int64: return use(packedAt<std::int64_t>(array, index));
        case MetadataType::Float32: return use(packedAt<float>(array, index));
        case MetadataType::Float64: return use(packedAt<double>(array, index));
        case MetadataType::String:
        case MetadataType::Array: break;
    }
    return {};
}

/// A float as an integer; out of range saturates (a cast would be undefined).
std::int64_t saturated(double number) {
    if (std::isnan(number)) return 0;
    if (number >= 9223372036854775808.0) return std::numeric_limits<std::int64_t>::max();
    if (number < -9223372036854775808.0) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(number);
}

std::string displayArray(const MetadataArray& array, std::size_t limit) {
    const std::string_view name = metadataTypeName(array.element_type);
    std::string summary = fmt::format("[{} {}{}]", array.count, name, array.count == 1 ? "" : "s");
    const bool numbers = metadataTypeBytes(array.element_type) > 0;
    if (!numbers || array.count == 0 || array.count > 16) return summary;
    std::string list = "[";
    for (std::uint64_t i = 0; i < array.count; ++i) {
        if (i > 0) list += ", ";
        if (array.element_type == MetadataType::Bool) {
            list += array.numberAt(i) != 0 ? "true" : "false";
        } else {
            list += visitElement(array, i, [](auto element) { return fmt::format("{}", element); });
        }
    }
    list += ']';
    return list.size() <= limit ? list : summary;
}

}  // namespace

double MetadataArray::numberAt(std::uint64_t index) const {
    return visitElement(*this, index, [](auto element) { return static_cast<double>(element); });
}

std::int64_t MetadataArray::integerAt(std::uint64_t index) const {
    return visitElement(*this, index, [](auto element) {
        if constexpr (std::is_floating_point_v<decltype(element)>) {
            return saturated(element);
        } else {
            return static_cast<std::int64_t>(element);
        }
    });
}

std::string MetadataValue::display(std::size_t limit) const {
    struct Visitor {
        MetadataType type;
        std::size_t limit;
        std::string operator()(std::uint64_t number) const { return fmt::format("{}", number); }
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        // A float32 as the shortest text that reads back as that float32.
        std::string operator()(double number) const {
            return type == MetadataType::Float32 ? fmt::format("{}", static_cast<float>(number))
                                                 : fmt::format("{}", number);
        }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(const std::string& text) const { return oneLine(text, limit); }
        std::string operator()(const MetadataArray& array) const { return displayArray(array, limit); }
    };
    return std::visit(Visitor{type, limit}, value);
}

const MetadataValue* Metadata::find(std::string_view key) const {
    const auto found = m_index.find(std::string(key));
    return found == m_index.end() ? nullptr : &m_entries[found->second].value;
}

namespace {

tl::unexpected<Error> missing(std::string_view key) {
    return fail(ErrorKind::NotFound, fmt::format("the model has no metadata key {}", inQuotes(key)));
}

tl::unexpected<Error> wrongKind(std::string_view key, const MetadataValue& value, std::string_view wanted) {
    return fail(ErrorKind::Corrupt, fmt::format("metadata key {} should be {} but is {} ({})", inQuotes(key), wanted,
                                                metadataTypeName(value.type), value.display()));
}

}  // namespace

Result<std::uint64_t> Metadata::unsignedInteger(std::string_view key) const {
    const MetadataValue* found = find(key);
    if (!found) return missing(key);
    if (const auto* number = std::get_if<std::uint64_t>(&found->value)) return *number;
    const auto* number = std::get_if<std::int64_t>(&found->value);
    if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
    return wrongKind(key, *found, "a non-negative integer");
}

Result<std::int64_t> Metadata::integer(std::string_view key) const {
    const MetadataValue* found = find(key);
    if (!found) return missing(key);
    if (const auto* number = std::get_if<std::int64_t>(&found->value)) return *number;
    const auto* number = std::get_if<std::uint64_t>(&found->value);
    if (number && *number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return static_cast<std::int64_t>(*number);
    }
    return wrongKind(key, *found, "an integer");
}

Result<double> Metadata::number(std::string_view key) const {
    const MetadataValue* found = find(key);
    if (!found) return missing(key);
    if (const auto* number = std::get_if<double>(&found->value)) return *number;
    if (const auto* number = std::get_if<std::uint64_t>(&found->value)) return static_cast<double>(*number);
    if (const auto* number = std::get_if<std::int64_t>(&found->value)) return static_cast<double>(*number);
    return wrongKind(key, *found, "a number");
}

Result<bool> Metadata::boolean(std::string_view key) const {
    const MetadataValue* found = find(key);
    if (!found) return missing(key);
    if (const auto* flag = std::get_if<bool>(&found->value)) return *flag;
    return wrongKind(key, *found, "a bool");
}

Result<std::string_view> Metadata::string(std::string_view key) const {
    const MetadataValue* found = find(key);
    if (!found) return missing(key);
    if (const auto* text = std::get_if<std::string>(&found->value)) return std::string_view(*text);
    return wrongKind(key, *found, "a string");
}

Result<const MetadataArray*> Metadata::array(std::string_view key) const {
    const MetadataValue* found = find(key);
    if (!found) return missing(key);
    if (const auto* elements = std::get_if<MetadataArray>(&found->value)) return elements;
    return wrongKind(key, *found, "an array");
}

Result<void> Metadata::add(std::string key, MetadataValue value) {
    if (!m_index.emplace(key, m_entries.size()).second) {
        return fail(ErrorKind::Corrupt, fmt::format("metadata key {} appears twice", inQuotes(key)));
    }
    m_entries.push_back({std::move(key), std::move(value)});
    return {};
}

void Metadata::set(std::string key, MetadataValue value) {
    const auto [found, is_new] = m_index.emplace(key, m_entries.size());
    if (is_new) {
        m_entries.push_back({std::move(key), std::move(value)});
    } else {
        m_entries[found->second].value = std::move(value);
    }
}

namespace {

template <class T>
MetadataValue packedArray(MetadataType element_type, const std::vector<T>& values) {
    MetadataArray array;
    array.element_type = element_type;
    array.count = values.size();
    array.packed.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    return {MetadataType::Array, std::move(array)};
}

}  // namespace

MetadataValue metadataUInt8(std::uint8_t value) { return {MetadataType::UInt8, std::uint64_t{value}}; }
MetadataValue metadataInt8(std::int8_t value) { return {MetadataType::Int8, std::int64_t{value}}; }
MetadataValue metadataUInt16(std::uint16_t value) { return {MetadataType::UInt16, std::uint64_t{value}}; }
MetadataValue metadataInt16(std::int16_t value) { return {MetadataType::Int16, std::int64_t{value}}; }
MetadataValue metadataUInt32(std::uint32_t value) { return {MetadataType::UInt32, std::uint64_t{value}}; }
MetadataValue metadataInt32(std::int32_t value) { return {MetadataType::Int32, std::int64_t{value}}; }
MetadataValue metadataUInt64(std::uint64_t value) { return {MetadataType::UInt64, value}; }
MetadataValue metadataInt64(std::int64_t value) { return {MetadataType::Int64, value}; }
MetadataValue metadataFloat32(float value) { return {MetadataType::Float32, double{value}}; }
MetadataValue metadataFloat64(double value) { return {MetadataType::Float64, value}; }
MetadataValue metadataBool(bool value) { return {MetadataType::Bool, value}; }
MetadataValue metadataString(std::string value) { return {MetadataType::String, std::move(value)}; }

MetadataValue metadataStrings(std::vector<std::string> values) {
    MetadataArray array;
    array.element_type = MetadataType::String;
    array.count = values.size();
    array.strings = std::move(values);
    return {MetadataType::Array, std::move(array)};
}

MetadataValue metadataFloats(const std::vector<float>& values) { return packedArray(MetadataType::Float32, values); }
MetadataValue metadataInts(const std::vector<std::int32_t>& values) { return packedArray(MetadataType::Int32, values); }

}  // namespace tessera
