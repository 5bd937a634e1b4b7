// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/emulated_link.h"

#ifdef __linux__

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace tessera::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLargestPacket = 64 * 1024;
constexpr std::size_t kLongestQueue = 256;  // packets; what comes on top is lost, as in a router

class Descriptor {
public:
    explicit Descriptor(int number = -1) : m_number(number) {}
    Descriptor(Descriptor&& other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor() {
        if (m_number >= 0) ::close(m_number);
    }
    int get() const { return m_number; }
    bool isOpen() const { return m_number >= 0; }

private:
    int m_number;
};

/// On the calling thread, which afterwards is in that namespace.
Descriptor makeDevice(const std::string& name_space, const std::string& name) {
    const Descriptor place(::open(("/run/netns/" + name_space).c_str(), O_RDONLY | O_CLOEXEC));
    if (!place.isOpen() || ::setns(place.get(), CLONE_NEWNET) != 0) return Descriptor();
    Descriptor device(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!device.isOpen()) return Descriptor();
    ifreq request{};
    std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    return ::ioctl(device.get(), TUNSETIFF, &request) == 0 ? std::move(device) : Descriptor();
}

struct Packet {
    Clock::time_point arrives;
    std::vector<char> bytes;
};

/// Packets on their way in one direction.
struct Direction {
    std::deque<Packet> packets;  // in the order of sending, which is that of arriving
    Clock::time_point free;      // when the last one has left
};

}  // namespace

struct EmulatedLink::Impl {
    std::array<Descriptor, 2> ends;
    Descriptor wake{::eventfd(0, EFD_CLOEXEC)};
    std::array<Direction, 2> ways;  // 0: from end 0 to end 1
    std::mt19937 random;
    std::mutex mutex;
    LinkConditions conditions;
    std::atomic<std::uint64_t> lost{0};
    std::atomic<bool> stop{false};
    std::jthread thread;

    ~Impl() {
        stop = true;
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
    }

    LinkConditions now() {
        const std::scoped_lock lock(mutex);
        return conditions;
    }

    void take(std::size_t from) {
        Direction& way = ways[from];
        std::vector<char> bytes(kLargestPacket);
        for (;;) {
            const auto size = ::read(ends[from].get(), bytes.data(), bytes.size());
            if (size <= 0) return;
            const LinkConditions c = now();
            const bool drop = c.loss > 0 && std::uniform_real_distribution<double>(0, 1)(random) < c.loss;
            if (drop || way.packets.size() >= kLongestQueue) {
                ++lost;
                continue;
            }
            way.free = std::max(way.free, Clock::now());
            if (c.bits_per_second > 0) {
                const std::chrono::duration<double> sending(8.0 * static_cast<double>(size) / c.bits_per_second);
                way.free += std::chrono::duration_cast<Clock::duration>(sending);
            }
            auto arrives = way.free + c.delay;
            if (!way.packets.empty()) arrives = std::max(arrives, way.packets.back().arrives);
            way.packets.push_back({arrives, {bytes.begin(), bytes.begin() + size}});
        }
    }

    void deliver(std::size_t from) {
        auto& packets = ways[from].packets;
        while (!packets.empty() && packets.front().arrives <= Clock::now()) {
            const auto& bytes = packets.front().bytes;
            if (::write(ends[1 - from].get(), bytes.data(), bytes.size()) < 0) ++lost;  // that end is down
            packets.pop_front();
        }
    }

    /// Until the next packet arrives; null when none is on its way.
    std::optional<timespec> untilNext() const {
        std::optional<Clock::time_point> next;
        for (const Direction& way : ways)
            if (!way.packets.empty() && (!next || way.packets.front().arrives < *next)) next = way.packets.front().arrives;
        if (!next) return std::nullopt;
        const auto wait = std::max<std::int64_t>(0, std::chrono::nanoseconds(*next - Clock::now()).count());
        return timespec{wait / 1'000'000'000, wait % 1'000'000'000};
    }

    void carry() {
        while (!stop) {
            std::array<pollfd, 3> watched{{{ends[0].get(), POLLIN, 0}, {ends[1].get(), POLLIN, 0}, {wake.get(), POLLIN, 0}}};
            const auto wait = untilNext();
            ::ppoll(watched.data(), watched.size(), wait ? &*wait : nullptr, nullptr);
            for (std::size_t end = 0; end < 2; ++end) {
                take(end);
                deliver(end);
            }
        }
    }
};

std::unique_ptr<EmulatedLink> EmulatedLink::open(const std::string& one, const std::string& other, const std::string& device,
                                                 std::uint32_t seed) {
    std::unique_ptr<EmulatedLink> link(new EmulatedLink);
    link->m_impl = std::make_unique<Impl>();
    Impl& impl = *link->m_impl;
    impl.random.seed(seed);
    std::promise<bool> made;
    auto ready = made.get_future();
    // A thread of its own goes into the namespaces; the test stays where it is.
    impl.thread = std::jthread([&impl, one, other, device, made = std::move(made)]() mutable {
        impl.ends = {makeDevice(one, device), makeDevice(other, device)};
        const bool both = impl.ends[0].isOpen() && impl.ends[1].isOpen();
        made.set_value(both);
        if (both) impl.carry();
    });
    return ready.get() ? std::move(link) : nullptr;
}

EmulatedLink::~EmulatedLink() = default;

void EmulatedLink::setConditions(const LinkConditions& conditions) {
    const std::scoped_lock lock(m_impl->mutex);
    m_impl->conditions = conditions;
}

std::uint64_t EmulatedLink::lost() const { return m_impl->lost; }

}  // namespace tessera::test

#else

namespace tessera::test {

struct EmulatedLink::Impl {};
std::unique_ptr<EmulatedLink> EmulatedLink::open(const std::string&, const std::string&, const std::string&, std::uint32_t) { return nullptr; }
EmulatedLink::~EmulatedLink() = default;
void EmulatedLink::setConditions(const LinkConditions&) {}
std::uint64_t EmulatedLink::lost() const { return 0; }

}  // namespace tessera::test

#endif
