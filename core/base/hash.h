// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (FIPS 180-4) through OpenSSL, which uses the CPU's SHA instructions.
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tessera {

using Sha256Digest = std::array<std::byte, 32>;

/// Hashes a stream of bytes. One thread at a time; reusable after finish().
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::byte> bytes);
    /// The digest of all bytes since construction or the last finish().
    Sha256Digest finish();

private:
    struct Context;
    std::unique_ptr<Context> m_context;
};

Sha256Digest sha256(std::span<const std::byte> bytes);

/// Whether two secrets are equal, in a time that does not depend on where they differ (it may depend on their lengths).
bool sameSecret(std::string_view a, std::string_view b);

/// 64 lower-case hex digits.
std::string toHex(const Sha256Digest& digest);
/// Accepts exactly 64 hex digits of either case.
Result<Sha256Digest> digestFromHex(std::string_view hex);

}  // namespace tessera
