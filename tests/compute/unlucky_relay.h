// SPDX-License-Identifier: GPL-3.0-or-later
// A way to a node on which the first connections end before anything was answered.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace tessera::test {

/// Listens on the loopback interface and passes bytes to `port` there and back, on a thread of its own.
class UnluckyRelay {
public:
    /// `ended`: connections that end as soon as something was said; `delay`: before the others get through.
    UnluckyRelay(std::uint16_t port, int ended, std::chrono::milliseconds delay) : m_port(port), m_to_end(ended), m_delay(delay) {
        m_listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto address = loopback(0);
        socklen_t size = sizeof address;
        ::bind(m_listening, reinterpret_cast<sockaddr*>(&address), size);
        ::listen(m_listening, 16);
        ::getsockname(m_listening, reinterpret_cast<sockaddr*>(&address), &size);
        m_own_port = ntohs(address.sin_port);
        m_thread = std::jthread([this](const std::stop_token& stop) { pass(stop); });
    }
    ~UnluckyRelay() {
        m_thread.request_stop();
        m_thread.join();
        ::close(m_listening);
    }

    std::string endpoint() const { return "127.0.0.1:" + std::to_string(m_own_port); }
    int connections() const { return m_connections; }

private:
    struct Pair {
        int ends[2];
    };

    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        return address;
    }

    void pass(const std::stop_token& stop) {
        std::vector<Pair> pairs;
        while (!stop.stop_requested()) {
            std::vector<pollfd> wait{{m_listening, POLLIN, 0}};
            for (const Pair& pair : pairs)
                for (const int end : pair.ends) wait.push_back({end, POLLIN, 0});
            if (::poll(wait.data(), wait.size(), 20) <= 0) continue;
            for (std::size_t i = pairs.size(); i-- > 0;) {
                bool open = true;
                for (const std::size_t side : {0u, 1u})
                    if (wait[1 + 2 * i + side].revents != 0) open = open && move(pairs[i].ends[side], pairs[i].ends[1 - side]);
                if (open) continue;
                end(pairs[i]);
                pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(i));
            }
            if (wait[0].revents != 0) accept(pairs, stop);
        }
        for (const Pair& pair : pairs) end(pair);
    }

    void accept(std::vector<Pair>& pairs, const std::stop_token& stop) {
        const int caller = ::accept4(m_listening, nullptr, nullptr, SOCK_CLOEXEC);
        if (m_connections++ < m_to_end) {
            pollfd said{caller, POLLIN, 0};
            while (!stop.stop_requested() && ::poll(&said, 1, 20) == 0) {}
            char some[16];
            (void)::recv(caller, some, sizeof some, MSG_DONTWAIT);
            ::close(caller);
            return;
        }
        std::this_thread::sleep_for(m_delay);
        const int node = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto address = loopback(m_port);
        (void)::connect(node, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        pairs.push_back({{caller, node}});
    }

    static bool move(int from, int to) {
        char bytes[16384];
        const auto got = ::recv(from, bytes, sizeof bytes, 0);
        return got > 0 && ::send(to, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
    }
    static void end(const Pair& pair) {
        for (const int end : pair.ends) ::close(end);
    }

    const std::uint16_t m_port;
    const int m_to_end;
    const std::chrono::milliseconds m_delay;
    int m_listening = -1;
    std::uint16_t m_own_port = 0;
    std::atomic<int> m_connections{0};
    std::jthread m_thread;
};

}  // namespace tessera::test
