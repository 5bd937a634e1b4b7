// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/validate/dequantize_checks.h"

#include "core/base/format.h"
#include "core/validate/reference_dequantize.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tessera {

namespace {

// Scales are below 2⁻⁶, so that the parts of a value are below 63 · 31 · 2⁻⁶ ≈ 31 and their three roundings below 6e-6.
constexpr double kTolerance = 1e-5;
constexpr const char* kReason =
    "a product of two or three rounded factors, less a rounded minimum where the type has one";
constexpr const char* kCodebookReason =
    "scale, sign and place of every element decoded in double; a point of ggml's codebook must be the same wherever "
    "its index "
    "is found, and no other index may have it";

/// What the computed values say about the points of the codebook; expectations follow from the first time each is seen.
class Codebook {
public:
    explicit Codebook(TensorType type) : m_numbers(reference::codebookNumbers(type)) {}

    double expect(const reference::CodebookElement& element, double computed) {
        const auto [place, unseen] = m_points[element.point].try_emplace(element.lane, 0.0);
        if (unseen) place->second = nearest(computed / element.scale - element.offset);
        return element.scale * (place->second + element.offset);
    }

    std::size_t size() const { return m_points.size(); }
    bool hasDoubles() const {
        std::set<std::map<std::uint32_t, double>> distinct;
        for (const auto& [index, lanes] : m_points) distinct.insert(lanes);
        return distinct.size() != m_points.size();
    }

private:
    double nearest(double number) const {
        return *std::min_element(m_numbers.begin(), m_numbers.end(),
                                 [&](double a, double b) { return std::abs(a - number) < std::abs(b - number); });
    }

    std::span<const double> m_numbers;
    std::map<std::uint32_t, std::map<std::uint32_t, double>> m_points;
};

UnitCheck checkCodebook(std::string name, TensorType type, const std::vector<reference::CodebookElement>& elements,
                        std::span<const float> computed) {
    Codebook codebook(type);
    std::vector<double> expected;
    for (std::size_t i = 0; i < std::min(elements.size(), computed.size()); ++i)
        expected.push_back(codebook.expect(elements[i], computed[i]));
    const std::string detail = format("{} random values, {} points of the codebook", elements.size(), codebook.size());
    UnitCheck check = checkValues(std::move(name), detail, computed, expected, kTolerance, kCodebookReason);
    if (check.passed() && computed.size() != elements.size())
        check.failure = format("{} values, expected {}", computed.size(), elements.size());
    if (check.passed() && codebook.hasDoubles()) check.failure = "two indices give the same point of the codebook";
    return check;
}

}  // namespace

UnitCheck checkDequantized(TensorType type, std::span<const std::byte> blocks, std::span<const float> computed) {
    std::string name = format("dequantise {}", traits(type).name);
    if (const auto elements = reference::decodeCodebook(type, blocks))
        return checkCodebook(std::move(name), type, *elements, computed);
    if (const auto expected = reference::dequantize(type, blocks)) {
        return checkValues(std::move(name), format("{} random values", expected->size()), computed, *expected,
                           kTolerance, kReason);
    }
    UnitCheck check{.name = std::move(name), .detail = {}, .reason = {}, .failure = {}};
    check.failure = "this build has no reference for the type";
    return check;
}

}  // namespace tessera
