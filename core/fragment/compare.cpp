// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fragment/compare.h"

#include "core/base/format.h"

#include <unordered_map>

namespace tessera {
namespace {

struct Whole {
    std::vector<const Fragment*> parts;  // in the manifest's order
    std::uint64_t bytes = 0;
};

std::string nameOf(const Fragment& fragment) {
    switch (fragment.kind) {
        case FragmentKind::Tensor: return fragment.tensor_name;
        case FragmentKind::Header: return format("header {}", fragment.file_index);
        case FragmentKind::Gap: return format("gap {} at {}", fragment.file_index, fragment.offset);
    }
    return {};
}

/// Names in the order in which they first come, and the fragments of each.
struct Wholes {
    std::vector<std::string> order;
    std::unordered_map<std::string, Whole> by_name;

    explicit Wholes(const Manifest& manifest) {
        for (const Fragment& fragment : manifest.fragments) {
            const std::string name = nameOf(fragment);
            const auto [found, added] = by_name.try_emplace(name);
            if (added) order.push_back(name);
            found->second.parts.push_back(&fragment);
            found->second.bytes += fragment.size_bytes;
        }
    }
};

bool sameForm(const Whole& first, const Whole& second) {
    const Fragment &a = *first.parts.front(), &b = *second.parts.front();
    return a.tensor_type == b.tensor_type && a.shape == b.shape && first.bytes == second.bytes;
}

bool sameBytes(const Whole& first, const Whole& second) {
    if (first.parts.size() != second.parts.size()) return false;
    for (std::size_t i = 0; i < first.parts.size(); ++i)
        if (first.parts[i]->size_bytes != second.parts[i]->size_bytes || first.parts[i]->sha256 != second.parts[i]->sha256) return false;
    return true;
}

}  // namespace

ManifestComparison compareManifests(const Manifest& first, const Manifest& second) {
    using Kind = ManifestDifference::Kind;
    ManifestComparison result;
    result.same_model = first.model_id == second.model_id;
    result.same_cut = first.set_id == second.set_id;
    const Wholes ours(first), theirs(second);
    for (const std::string& name : ours.order) {
        const Whole& whole = ours.by_name.at(name);
        const auto other = theirs.by_name.find(name);
        if (other == theirs.by_name.end()) {
            if (!result.same_model) result.differences.push_back({name, Kind::OnlyFirst, whole.bytes, 0});
        } else if (result.same_model || (sameForm(whole, other->second) && sameBytes(whole, other->second))) {
            ++result.equal_tensors;
            result.equal_bytes += whole.bytes;
        } else {
            result.differences.push_back({name, sameForm(whole, other->second) ? Kind::Bytes : Kind::TypeOrShape, whole.bytes, other->second.bytes});
        }
    }
    if (result.same_model) return result;
    for (const std::string& name : theirs.order)
        if (!ours.by_name.contains(name)) result.differences.push_back({name, Kind::OnlySecond, 0, theirs.by_name.at(name).bytes});
    return result;
}

}  // namespace tessera
