// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_session.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/compute/node_session.h"
#include "core/compute/row_wire.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <optional>
#include <stop_token>
#include <thread>

namespace tessera {
namespace {

using compute::v1::FromRows;
using compute::v1::ToRows;
using Seconds = std::chrono::duration<double>;

constexpr Seconds kOpenPatience{10};
constexpr Seconds kWritePatience{30};  // for a caller that does not read

/// Nothing is kept from one product to the next but its input, so a session is a loop: read, multiply, write. gRPC reads
/// one message ahead and writes one behind.
class RowCall final : public RowCallReactor {
public:
    RowCall(std::shared_ptr<NodeHost> host, const NodeId& caller, std::uint64_t number, grpc::CallbackServerContext& context)
        : m_host(std::move(host)), m_caller(caller), m_number(number), m_context(context) {
        StartRead(&m_incoming);
        std::thread([this] { serve(); }).detach();  // NodeHost waits for it to leave
    }

    void OnReadDone(bool ok) override {
        const std::scoped_lock lock(m_mutex);
        (ok ? m_has_message : m_ended) = true;
        m_changed.notify_all();
    }
    void OnWriteDone(bool ok) override {
        const std::scoped_lock lock(m_mutex);
        m_writing = false;
        if (!ok) m_cancelled = true;
        m_changed.notify_all();
    }
    void OnCancel() override {
        {
            const std::scoped_lock lock(m_mutex);
            m_cancelled = true;
            m_changed.notify_all();
        }
        m_gone.request_stop();
    }
    void OnDone() override { delete this; }

private:
    /// The session's own thread.
    void serve() {
        auto outcome = run();
        const auto written = waitUntilWritten();
        if (outcome) outcome = written;
        const auto status = outcome ? grpc::Status::OK : statusOf(outcome.error());
        m_rows.reset();
        if (m_reserved > 0) m_host->release(m_reserved);
        const auto host = m_host;  // after Finish() this object may be gone
        const auto number = m_number;
        host->settle(number);
        Finish(status);
        host->leave(number);
    }

    Result<void> run() {
        TESSERA_TRY(const auto first, read(kOpenPatience));
        if (!first) return {};
        if (!first->has_open()) return fail(ErrorKind::InvalidArgument, "the first message must name the rows");
        TESSERA_CHECK(open(first->open()));
        while (true) {
            TESSERA_TRY(const auto message, read(Seconds(m_host->options().idle_seconds)));
            if (!message) return {};
            TESSERA_CHECK(handle(*message));
        }
    }

    Result<void> open(const compute::v1::OpenRows& message) {
        TESSERA_TRY(auto request, wire::readOpenRows(message));
        TESSERA_CHECK(m_host->checkSet(request.set_id));
        const auto numerics = numericsClassOf(RepackPolicy::Off);
        if (request.numerics != numerics) return fail(ErrorKind::Unsupported, format("the node computes in another numerics class: {}", numerics));
        for (const RowRange& range : request.ranges) m_columns.push_back(static_cast<std::size_t>(range.count));
        m_max_rows = request.max_rows;
        const auto ranges = request.ranges.size();
        TESSERA_TRY(m_rows, m_host->engine().createRowMultiplier(std::move(request.ranges)));
        TESSERA_CHECK(reserve());
        TESSERA_CHECK(m_rows->load({m_gone.get_token(), {}}));
        logInfo(format("{} has rows of {} matrices multiplied here, {}", toHex(m_caller).substr(0, 8), ranges, formatBytes(m_rows->bytes())));
        FromRows answer;
        answer.mutable_opened();
        return write(std::move(answer));
    }

    /// For the weights, and for an input and a product twice: as they travel and as they are computed.
    Result<void> reserve() {
        std::size_t widest = 0;
        for (std::size_t range = 0; range < m_rows->count(); ++range) widest = std::max(widest, m_rows->inputs(range) + m_columns[range]);
        const auto bytes = m_rows->bytes() + 2 * std::uint64_t{widest} * m_max_rows * sizeof(float);
        if (!m_host->reserve(bytes)) {
            const auto status = m_host->status();
            return fail(ErrorKind::OutOfMemory, format("the node is full: these rows need {}, {} of {} are in use by {} sessions", formatBytes(bytes),
                                                       formatBytes(status.memory_used), formatBytes(status.memory_budget), status.sessions));
        }
        m_reserved = bytes;
        return {};
    }

    Result<void> handle(const ToRows& message) {
        switch (message.kind_case()) {
            case ToRows::kMultiply: return begin(message.multiply());
            case ToRows::kMore:
                if (!m_product) return fail(ErrorKind::InvalidArgument, "numbers without a product");
                TESSERA_CHECK(m_reader.more(message.more()));
                return multiplyIfComplete();
            default: return fail(ErrorKind::InvalidArgument, "a message of an unknown kind");
        }
    }

    Result<void> begin(const compute::v1::Multiply& message) {
        if (m_product) return fail(ErrorKind::InvalidArgument, "a product begins before the one before it is complete");
        if (message.range() >= m_rows->count()) return fail(ErrorKind::InvalidArgument, format("there is no range {}", message.range()));
        if (message.rows() == 0 || message.rows() > m_max_rows)
            return fail(ErrorKind::InvalidArgument, format("the message's rows are {}, at most {} were agreed on", message.rows(), m_max_rows));
        const auto inputs = m_rows->inputs(message.range());
        m_product = {message.id(), message.range(), message.reference()};
        if (!message.same_input()) {
            TESSERA_CHECK(m_reader.begin(message.rows(), inputs, message.data()));
            return multiplyIfComplete();
        }
        if (m_input.rows != message.rows() || m_input.columns != inputs || !message.data().empty())
            return fail(ErrorKind::InvalidArgument, "the input before had another size");
        return multiply();
    }

    Result<void> multiplyIfComplete() {
        if (!m_reader.isComplete()) return {};
        m_input = m_reader.take();
        return multiply();
    }

    Result<void> multiply() {
        const auto [id, range, reference] = *m_product;
        m_product.reset();
        TESSERA_TRY(const Rows product, m_rows->multiply(range, m_input.values, static_cast<std::uint32_t>(m_input.rows), reference));
        m_host->countRows(static_cast<std::uint32_t>(product.rows));
        for (FromRows& message : wire::productMessages(product, id)) TESSERA_CHECK(write(std::move(message)));
        return {};
    }

    /// nullopt: the caller has no more to say.
    Result<std::optional<ToRows>> read(Seconds patience) {
        std::unique_lock lock(m_mutex);
        const bool woken = m_changed.wait_for(lock, patience, [this] { return m_has_message || m_ended || m_cancelled; });
        if (m_cancelled) return fail(ErrorKind::Cancelled, "the call was cancelled");
        if (!woken) return fail(ErrorKind::Network, "the session was idle for too long");
        if (!m_has_message) return std::nullopt;
        m_has_message = false;
        std::optional<ToRows> message(std::move(m_incoming));
        lock.unlock();
        StartRead(&m_incoming);
        return message;
    }

    Result<void> write(FromRows message) {
        TESSERA_CHECK(waitUntilWritten());
        m_outgoing = std::move(message);
        {
            const std::scoped_lock lock(m_mutex);
            m_writing = true;
        }
        StartWrite(&m_outgoing);
        return {};
    }

    Result<void> waitUntilWritten() {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait_for(lock, kWritePatience, [this] { return !m_writing; })) {
            lock.unlock();
            m_context.TryCancel();
            lock.lock();
            m_changed.wait(lock, [this] { return !m_writing; });
        }
        if (m_cancelled) return fail(ErrorKind::Cancelled, "the call was cancelled");
        return {};
    }

    struct Wanted {
        std::uint64_t id;
        std::uint32_t range;
        bool reference;
    };

    const std::shared_ptr<NodeHost> m_host;
    const NodeId m_caller;
    const std::uint64_t m_number;
    grpc::CallbackServerContext& m_context;
    std::stop_source m_gone;  // the caller has left: what is being loaded for it is dropped

    // The session's thread only.
    std::unique_ptr<RowMultiplier> m_rows;
    std::vector<std::size_t> m_columns;  // of each range's products
    std::uint32_t m_max_rows = 0;
    std::uint64_t m_reserved = 0;
    std::optional<Wanted> m_product;     // whose input is still coming
    wire::RowsReader m_reader;
    Rows m_input;                        // the last complete one

    ToRows m_incoming;    // gRPC's while a read is under way, else the session's thread's
    FromRows m_outgoing;  // the same with a write

    std::mutex m_mutex;  // guards what follows
    std::condition_variable m_changed;
    bool m_has_message = false;
    bool m_ended = false;
    bool m_cancelled = false;
    bool m_writing = false;
};

}  // namespace

RowCallReactor* runRowSession(std::shared_ptr<NodeHost> host, const NodeId& caller, std::uint64_t number, grpc::CallbackServerContext& context) {
    return new RowCall(std::move(host), caller, number, context);
}

}  // namespace tessera
