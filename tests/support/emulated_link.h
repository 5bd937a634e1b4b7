// SPDX-License-Identifier: GPL-3.0-or-later
// A cable between two network namespaces with the delay, the loss and the speed of a longer one: two TUN devices whose
// packets a thread of the test carries over. Seeded, so that a test loses the same packets each time that it sends the
// same ones. Linux only; needs root.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace tessera::test {

struct LinkConditions {
    std::chrono::microseconds delay{0};  // one way
    double loss = 0;                     // share of packets, each way
    double bits_per_second = 0;          // each way; 0: as fast as it goes
};

class EmulatedLink {
public:
    /// Makes the device `device` in both namespaces (names as `ip netns` shows them); addresses are the caller's. Null
    /// where that is not permitted.
    static std::unique_ptr<EmulatedLink> open(const std::string& one, const std::string& other, const std::string& device,
                                              std::uint32_t seed);
    ~EmulatedLink();
    EmulatedLink(const EmulatedLink&) = delete;
    EmulatedLink& operator=(const EmulatedLink&) = delete;

    /// For packets that are sent from now on.
    void setConditions(const LinkConditions& conditions);
    /// Packets lost so far.
    std::uint64_t lost() const;

private:
    EmulatedLink() = default;
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace tessera::test
