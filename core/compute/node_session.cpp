// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/node_session.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/compute/node_error.h"
#include "core/compute/residual_tap.h"
#include "core/engine/kv_cache.h"
#include "core/engine/model_facts.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <optional>
#include <stop_token>
#include <thread>

namespace tessera {
namespace {

using wire::proto::FromNode;
using wire::proto::ToNode;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kOpenPatience{10};
constexpr std::size_t kMaxMessagesUnsent = 64;
constexpr std::size_t kMaxBytesUnderWay = 64 * limits::MiB;  // of steps that are not computed yet

class CallerSession final : public grpc::ServerBidiReactor<ToNode, FromNode> {
public:
    CallerSession(std::shared_ptr<NodeHost> host, const NodeId& caller, std::uint64_t number, grpc::CallbackServerContext& context)
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
        const FromNode* next = nullptr;
        {
            const std::scoped_lock lock(m_mutex);
            m_outbox.pop_front();
            if (!ok) m_cancelled = true;
            if (m_cancelled) m_outbox.clear();
            m_rung = true;
            if (!m_outbox.empty()) next = &m_outbox.front();
            m_changed.notify_all();
        }
        if (next) StartWrite(next);
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
    struct Flight {
        std::uint64_t id;
        StepTicket ticket;
        std::uint32_t rows;
        std::size_t bytes;
    };

    /// The session's own thread.
    void serve() {
        auto status = statusOf(run());
        if (m_runner) m_runner->close();
        m_runner.reset();
        if (m_reserved > 0) m_host->release(m_reserved);
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait_for(lock, kOpenPatience, [this] { return m_outbox.empty() || m_cancelled; })) {
                lock.unlock();
                m_context.TryCancel();  // a caller that does not read
                lock.lock();
                m_changed.wait(lock, [this] { return m_outbox.empty() || m_cancelled; });
            }
        }
        const auto host = m_host;  // after Finish() this object may be gone
        const auto number = m_number;
        host->settle(number);
        Finish(status);
        host->leave(number);
    }

    Error run() {
        if (auto opened = open(); !opened) return opened.error();
        while (true) {
            bool has_message = false;
            {
                std::unique_lock lock(m_mutex);
                const bool woken = m_changed.wait_until(lock, m_last_step + std::chrono::duration_cast<Clock::duration>(
                                       std::chrono::duration<double>(m_host->options().idle_seconds)),
                                   [this] { return m_has_message || m_ended || m_cancelled || m_rung; });
                m_rung = false;
                if (m_cancelled) return {ErrorKind::Cancelled, "the call was cancelled"};
                if (!woken && m_flights.empty()) return {ErrorKind::Network, "the session was idle for too long"};
                if (!woken) m_last_step = Clock::now();
                has_message = m_has_message;
                if (m_ended && !has_message) return kFine;
            }
            if (has_message) {
                if (auto handled = handle(); !handled) return handled.error();
            }
            if (m_flights.size() == 1 && m_flights.front().rows == 1) sendOldest();
            sendResults();
            readOnIfRoom();
        }
    }

    Result<void> open() {
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait_for(lock, kOpenPatience, [this] { return m_has_message || m_ended || m_cancelled; }) || !m_has_message)
                return fail(ErrorKind::Network, "the caller opened no session");
        }
        if (!m_incoming.has_open()) return fail(ErrorKind::InvalidArgument, "the first message must open a session");
        TESSERA_TRY(const auto request, wire::readOpen(m_incoming.open()));
        TESSERA_CHECK(m_host->checkSet(request.set_id));
        FragmentEngine& engine = m_host->engine();
        if (request.span.layers() < 1 || !engine.span().contains(request.span))
            return fail(ErrorKind::InvalidArgument, format("the node has layers {}–{}, asked for {}–{}", engine.span().first,
                                                           engine.span().last, request.span.first, request.span.last));
        if (!request.numerics.empty() && request.numerics != m_host->numerics())
            return fail(ErrorKind::Unsupported, format("the node computes in another numerics class: {}", m_host->numerics()));
        ModelFacts facts = engine.facts();
        facts.layers = static_cast<std::uint32_t>(request.span.layers());
        const auto cells = (request.options.context_tokens + kCellPadding - 1) / kCellPadding * kCellPadding;
        auto bytes = kvCacheBytes(facts, cells, request.options.kv_type);
        m_columns = facts.embedding;
        SessionOptions options = request.options;
        if (request.look) {
            // What one step shows may wait here until it is read.
            bytes += kMaxSeenOfLayer * facts.layers * limits::kMaxLookRows * m_columns * sizeof(float);
            m_tap = std::make_unique<ResidualTap>(m_columns, [this](const TapNode& node, std::span<const float> values) {
                for (auto& message : wire::seenMessages(node, values)) send(std::move(message));
            });
            options.tap = m_tap.get();
        }
        TESSERA_CHECK(m_host->reserve(bytes));
        m_reserved = bytes;
        TESSERA_TRY(m_runner, engine.createRunner(request.span, options));
        m_runner->setListener([this] {
            const std::scoped_lock lock(m_mutex);
            m_rung = true;
            m_changed.notify_all();
        });
        logInfo(format("session of {} opened: layers {}–{}, {} positions", toHex(m_caller).substr(0, 8), request.span.first,
                       request.span.last, request.options.context_tokens));
        FromNode answer;
        answer.mutable_opened()->set_looks(m_tap != nullptr);
        send(std::move(answer));
        m_last_step = Clock::now();
        consumed();
        readOnIfRoom();
        return {};
    }

    /// m_incoming is free for the next message.
    void consumed() {
        const std::scoped_lock lock(m_mutex);
        m_has_message = false;
        m_wants_read = true;
    }

    void readOnIfRoom() {
        {
            const std::scoped_lock lock(m_mutex);
            if (m_outbox.size() > kMaxMessagesUnsent) return;  // the caller does not read
        }
        if (!m_wants_read || m_flights.size() >= (m_tap ? 1 : limits::kMaxStepsUnderWay) || m_bytes_under_way >= kMaxBytesUnderWay) return;
        m_wants_read = false;
        StartRead(&m_incoming);
    }

    Result<void> handle() {
        m_last_step = Clock::now();
        Result<void> handled;
        switch (m_incoming.kind_case()) {
            case ToNode::kStep: handled = begin(m_incoming.step()); break;
            case ToNode::kMore: handled = more(m_incoming.more()); break;
            case ToNode::kRewind: handled = rewind(m_incoming.rewind()); break;
            default: handled = fail(ErrorKind::InvalidArgument, "a message of an unknown kind");
        }
        consumed();
        return handled;
    }

    Result<void> begin(const wire::proto::Step& message) {
        if (m_step) return fail(ErrorKind::InvalidArgument, "a step begins before the one before it is complete");
        TESSERA_TRY(Step step, wire::readStep(message));
        if (m_tap && message.rows() > limits::kMaxLookRows)
            return fail(ErrorKind::InvalidArgument, format("a step of {} rows cannot be looked into; at most {}", message.rows(), limits::kMaxLookRows));
        TESSERA_CHECK(m_rows.begin(message.rows(), m_columns, message.data()));
        m_step = std::move(step);
        m_step_id = message.id();
        m_step_epoch = message.epoch();
        return submitIfComplete();
    }

    Result<void> more(const std::string& data) {
        if (!m_step) return fail(ErrorKind::InvalidArgument, "rows without a step");
        TESSERA_CHECK(m_rows.more(data));
        return submitIfComplete();
    }

    Result<void> submitIfComplete() {
        if (!m_rows.isComplete()) return {};
        Step step = *std::move(m_step);
        m_step.reset();
        step.hidden = m_rows.take();
        if (m_step_epoch != m_epoch) return {};  // sent before a rewind that has overtaken nothing: dropped
        const auto rows = step.rows();
        const auto bytes = step.hidden.values.size() * sizeof(float);
        const auto ticket = m_runner->submit(std::move(step));
        if (!ticket) {
            sendFailure(m_step_id, ticket.error());
            return {};
        }
        m_flights.push_back({m_step_id, *ticket, rows, bytes});
        m_bytes_under_way += bytes;
        return {};
    }

    Result<void> rewind(const wire::proto::Rewind& message) {
        if (message.epoch() <= m_epoch) return fail(ErrorKind::InvalidArgument, "a rewind to an epoch that is over");
        m_epoch = message.epoch();
        std::stop_source stopped;
        stopped.request_stop();
        for (const Flight& flight : m_flights) (void)m_runner->wait(flight.ticket, LayerRunner::Deadline::max(), stopped.get_token());
        m_flights.clear();
        m_bytes_under_way = 0;
        // When less is left than the caller believes, its next step says so.
        if (m_runner->length() > message.length()) (void)m_runner->truncate(message.length());
        return {};
    }

    void sendResults() {
        while (!m_flights.empty() && m_runner->isReady(m_flights.front().ticket)) sendOldest();
    }

    /// Waits for it. A single row that nothing follows is then computed on this very thread, without a switch to another.
    void sendOldest() {
        const Flight flight = m_flights.front();
        m_flights.pop_front();
        m_bytes_under_way -= flight.bytes;
        auto rows = m_runner->wait(flight.ticket, LayerRunner::Deadline::max(), m_gone.get_token());
        if (!rows) return sendFailure(flight.id, rows.error());
        m_host->countRows(flight.rows);
        for (auto& message : wire::resultMessages(*rows, m_epoch, flight.id)) send(std::move(message));
    }

    void sendFailure(std::uint64_t id, const Error& error) {
        FromNode message;
        message.mutable_failure()->set_epoch(m_epoch);
        message.mutable_failure()->set_id(id);
        message.mutable_failure()->set_message(error.message);
        send(std::move(message));
    }

    void send(FromNode message) {
        const FromNode* first = nullptr;
        {
            const std::scoped_lock lock(m_mutex);
            if (m_cancelled) return;
            m_outbox.push_back(std::move(message));
            if (m_outbox.size() == 1) first = &m_outbox.front();
        }
        if (first) StartWrite(first);
    }

    static inline const Error kFine{ErrorKind::Cancelled, ""};

    const std::shared_ptr<NodeHost> m_host;
    const NodeId m_caller;
    const std::uint64_t m_number;
    grpc::CallbackServerContext& m_context;

    // The session's thread only.
    std::unique_ptr<ResidualTap> m_tap;  // null unless the caller looks
    std::unique_ptr<LayerRunner> m_runner;
    std::uint64_t m_reserved = 0;
    std::size_t m_columns = 0;
    std::uint64_t m_epoch = 0;
    std::optional<Step> m_step;  // whose rows are still coming
    std::uint64_t m_step_id = 0;
    std::uint64_t m_step_epoch = 0;
    wire::RowsReader m_rows;
    std::deque<Flight> m_flights;
    std::size_t m_bytes_under_way = 0;
    Clock::time_point m_last_step = Clock::now();
    bool m_wants_read = false;

    std::stop_source m_gone;  // the caller has left: what waits to be computed for it is dropped

    ToNode m_incoming;  // gRPC's while a read is under way, else the session's thread's

    std::mutex m_mutex;  // guards what follows
    std::condition_variable m_changed;
    bool m_has_message = false;
    bool m_ended = false;
    bool m_cancelled = false;
    bool m_rung = false;
    std::deque<FromNode> m_outbox;  // the first one is being written
};

}  // namespace

grpc::ServerBidiReactor<ToNode, FromNode>* runNodeSession(std::shared_ptr<NodeHost> host, const NodeId& caller, std::uint64_t number,
                                                          grpc::CallbackServerContext& context) {
    return new CallerSession(std::move(host), caller, number, context);
}

grpc::Status statusOf(const Error& error) {
    if (error.message.empty()) return grpc::Status::OK;
    const auto code = [&] {
        switch (error.kind) {
            case ErrorKind::Refused: return grpc::StatusCode::PERMISSION_DENIED;
            case ErrorKind::OutOfMemory: return grpc::StatusCode::RESOURCE_EXHAUSTED;
            case ErrorKind::InvalidArgument: return grpc::StatusCode::INVALID_ARGUMENT;
            case ErrorKind::Corrupt: return grpc::StatusCode::INVALID_ARGUMENT;
            case ErrorKind::Unsupported: return grpc::StatusCode::FAILED_PRECONDITION;
            case ErrorKind::NotFound: return grpc::StatusCode::NOT_FOUND;
            case ErrorKind::Cancelled: return grpc::StatusCode::CANCELLED;
            default: return grpc::StatusCode::UNAVAILABLE;
        }
    }();
    return {code, error.message, kNodesOwnWords};
}

}  // namespace tessera
