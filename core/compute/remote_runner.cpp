// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/remote_runner.h"

#include "core/base/format.h"
#include "core/base/limits.h"
#include "core/base/quote.h"
#include "core/compute/channel.h"
#include "core/compute/node_error.h"
#include "core/compute/residual_tap.h"
#include "core/engine/model_facts.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace tessera {
namespace {

using wire::proto::FromNode;
using wire::proto::ToNode;

/// The call. gRPC's threads and the runner's meet here; it keeps itself until gRPC is done with it.
class Stream final : public grpc::ClientBidiReactor<ToNode, FromNode> {
public:
    /// Of one step, beside its result.
    struct Seen {
        std::string name;
        std::string operation;
        std::int32_t layer;
        Rows rows;
    };
    struct UnderWay {
        std::uint32_t rows;
        Wanted wanted;
        std::optional<Result<Rows>> result;
    };

    Stream(std::shared_ptr<wire::proto::Compute::Stub> stub, const RemoteRunnerOptions& options)
        : m_stub(std::move(stub)), m_address(options.address), m_pin(options.pin), m_columns(options.columns), m_span(options.open.span), m_look(options.open.look) {}

    static void begin(const std::shared_ptr<Stream>& stream) {
        stream->m_self = stream;
        keepCallbackThreads(stream->m_stub);
        stream->m_stub->async()->Run(&stream->m_context, stream.get());
        stream->AddHold();  // until reading ends: before that gRPC must not be done with the stream while others write
        stream->StartRead(&stream->m_incoming);
        stream->StartCall();
    }

    void send(std::vector<ToNode> messages) {
        const ToNode* first = nullptr;
        {
            const std::scoped_lock lock(m_mutex);
            if (m_error || m_read_ended || messages.empty()) return;
            const bool idle = m_outbox.empty();
            for (auto& message : messages) m_outbox.push_back(std::move(message));
            if (idle) first = &m_outbox.front();
            if (first) AddHold();  // the one of reading may go as soon as the mutex is free
        }
        if (!first) return;
        StartWrite(first);
        RemoveHold();
    }

    void cancel() { m_context.TryCancel(); }

    void OnReadDone(bool ok) override {
        if (!ok) return endReading();  // OnDone says why
        bool good = true;
        {
            const std::scoped_lock lock(m_mutex);
            const auto taken = take();
            if (!taken) {
                setError({ErrorKind::Network, taken.error().message});
                good = false;
            }
            m_changed.notify_all();
        }
        if (good) {
            StartRead(&m_incoming);
        } else {
            cancel();
        }
        ring();
        if (!good) endReading();
    }

    void OnWriteDone(bool ok) override {
        const ToNode* next = nullptr;
        {
            const std::scoped_lock lock(m_mutex);
            m_outbox.pop_front();
            if (!ok) m_outbox.clear();
            if (!m_outbox.empty()) next = &m_outbox.front();
        }
        if (next) StartWrite(next);
    }

    void OnDone(const grpc::Status& status) override {
        {
            const std::scoped_lock lock(m_mutex);
            setError(nodeError(m_address, *m_pin, status));
            m_changed.notify_all();
        }
        ring();
        const auto self = std::move(m_self);  // the last one, perhaps
        const std::scoped_lock lock(m_mutex);
        m_done = true;  // nothing is called from here on
        m_changed.notify_all();
    }

    /// Once, after the last read.
    void endReading() {
        {
            const std::scoped_lock lock(m_mutex);
            m_read_ended = true;
        }
        RemoveHold();
    }

    void setListener(std::function<void()> listener) {
        const std::scoped_lock lock(m_mutex);
        m_listener = std::move(listener);
    }
    void ring() {
        std::function<void()> listener;
        {
            const std::scoped_lock lock(m_mutex);
            listener = m_listener;
        }
        if (listener) listener();
    }
    void setError(Error error) {
        if (!m_error) m_error = std::move(error);
    }

    /// One message, with the mutex held.
    Result<void> take() {
        switch (m_incoming.kind_case()) {
            case FromNode::kOpened:
                if (m_look && !m_incoming.opened().looks()) return fail(ErrorKind::Unsupported, "it shows nothing of its layers: use the same version of Tessera");
                m_opened = true;
                return {};
            case FromNode::kSeen: return takeSeen(m_incoming.seen());
            case FromNode::kResult: {
                const auto& result = m_incoming.result();
                if (m_reading || m_reading_seen) return fail(ErrorKind::Corrupt, "a result begins before the one before it is complete");
                TESSERA_CHECK(checkRows(result));
                TESSERA_CHECK(m_rows.begin(result.rows(), m_columns, result.data()));
                m_reading = {result.epoch(), result.id()};
                return keepIfComplete();
            }
            case FromNode::kMore:
                if (!m_reading && !m_reading_seen) return fail(ErrorKind::Corrupt, "rows without a result");
                TESSERA_CHECK(m_rows.more(m_incoming.more()));
                return keepIfComplete();
            case FromNode::kFailure: {
                const auto& failure = m_incoming.failure();
                m_seen.clear();
                keep(failure.epoch(), failure.id(), fail(ErrorKind::Network, oneLine(failure.message(), 400)));
                return {};
            }
            default: return fail(ErrorKind::Corrupt, "a message of an unknown kind");
        }
    }

    /// All rows of the step, or what was wanted of it: the last layer gives that.
    Result<void> checkRows(const wire::proto::StepResult& result) const {
        const auto step = m_steps.find(result.id());
        if (result.epoch() != m_epoch || step == m_steps.end()) return {};  // abandoned
        const auto& [rows, wanted, done] = step->second;
        if (result.rows() == rows || (wanted == Wanted::Last && result.rows() == 1) || (wanted == Wanted::None && result.rows() == 0)) return {};
        return fail(ErrorKind::Corrupt, format("{} rows came back of a step that has {}", result.rows(), rows));
    }

    Result<void> takeSeen(const wire::proto::Seen& seen) {
        const auto layers = static_cast<std::size_t>(m_span.layers());
        if (!m_look || m_seen.size() >= kMaxSeenOfLayer * layers) return fail(ErrorKind::Corrupt, "it shows what nobody asked for");
        if (m_reading || m_reading_seen) return fail(ErrorKind::Corrupt, "a result begins before the one before it is complete");
        TESSERA_CHECK(wire::checkSeen(seen, m_span));
        const auto shown = std::ranges::find_if(m_steps, [](const auto& each) { return !each.second.result; });  // they are computed in order
        const std::uint32_t rows = shown == m_steps.end() ? limits::kMaxLookRows : shown->second.rows;  // of one that was abandoned nobody knows
        if (seen.rows() > rows) return fail(ErrorKind::Corrupt, format("it shows {} rows of a step that has {}", seen.rows(), rows));
        TESSERA_CHECK(m_rows.begin(seen.rows(), m_columns, seen.data()));
        m_seen.push_back({seen.name(), seen.operation(), seen.layer(), {}});
        m_reading_seen = true;
        return keepIfComplete();
    }

    Result<void> keepIfComplete() {
        if (!m_rows.isComplete()) return {};
        if (std::exchange(m_reading_seen, false)) {
            m_seen.back().rows = m_rows.take();
            return {};
        }
        const auto [epoch, id] = *m_reading;
        m_reading.reset();
        Rows rows = m_rows.take();
        auto seen = std::exchange(m_seen, {});
        if (keep(epoch, id, std::move(rows)) && m_look) m_seen_of[id] = std::move(seen);
        return {};
    }

    /// false: of a step that was abandoned, or that nobody asked for.
    bool keep(std::uint64_t epoch, std::uint64_t id, Result<Rows> result) {
        const auto step = m_steps.find(id);
        if (epoch != m_epoch || step == m_steps.end() || step->second.result) return false;
        step->second.result = std::move(result);
        return true;
    }

    /// Its channel must not end on a thread of gRPC, which would wait for itself: close() takes it.
    std::shared_ptr<wire::proto::Compute::Stub> m_stub;
    const NodeAddress m_address;
    const std::shared_ptr<PinOutcome> m_pin;
    const std::size_t m_columns;
    const LayerSpan m_span;
    const bool m_look;
    grpc::ClientContext m_context;
    FromNode m_incoming;
    std::shared_ptr<Stream> m_self;

    std::mutex m_mutex;  // guards what follows
    std::condition_variable_any m_changed;
    std::deque<ToNode> m_outbox;  // the first one is being written
    std::function<void()> m_listener;
    bool m_opened = false;
    bool m_read_ended = false;
    bool m_done = false;
    std::optional<Error> m_error;
    std::uint64_t m_epoch = 0;
    std::map<std::uint64_t, UnderWay> m_steps;
    wire::RowsReader m_rows;
    std::optional<std::pair<std::uint64_t, std::uint64_t>> m_reading;  // epoch and id of what is coming
    bool m_reading_seen = false;                                       // the last of m_seen is coming
    std::vector<Seen> m_seen;                                          // of the step whose result comes next
    std::map<std::uint64_t, std::vector<Seen>> m_seen_of;              // of results that are there
};

class RemoteRunner final : public LayerRunner {
public:
    RemoteRunner(std::shared_ptr<Stream> stream, const wire::OpenRequest& open)
        : m_stream(std::move(stream)), m_span(open.span), m_context(open.options.context_tokens), m_tap(open.options.tap) {}
    ~RemoteRunner() override { close(); }

    LayerSpan span() const override { return m_span; }
    std::uint32_t length() const override { return m_length; }

    Result<StepTicket> submit(Step step) override {
        if (m_closed) return fail(ErrorKind::InvalidArgument, "this session is closed");
        if (step.rows() == 0 || step.rows() > limits::kMaxStepRows)
            return fail(ErrorKind::InvalidArgument, format("a step of {} rows cannot be sent; at most {}", step.rows(), limits::kMaxStepRows));
        if (step.first_position > m_length)
            return fail(ErrorKind::InvalidArgument, format("a step begins at position {}, but only {} are there", step.first_position, m_length));
        TESSERA_CHECK(checkFits(step.first_position, step.rows(), m_context));
        const auto ticket = ++m_last_ticket;
        {
            const std::scoped_lock lock(m_stream->m_mutex);
            if (m_stream->m_error) return tl::unexpected(*m_stream->m_error);
            m_stream->m_steps.emplace(ticket, Stream::UnderWay{step.rows(), step.wanted, std::nullopt});
        }
        m_length = step.first_position + step.rows();
        m_starts.emplace(ticket, step.first_position);
        m_stream->send(wire::stepMessages(step, m_epoch, ticket));
        return ticket;
    }

    Result<Rows> wait(StepTicket ticket, Deadline deadline, std::stop_token stop) override {
        const auto start = m_starts.find(ticket);
        if (start == m_starts.end()) return fail(ErrorKind::InvalidArgument, format("step {} is not under way", ticket));
        std::unique_lock lock(m_stream->m_mutex);
        const auto step = m_stream->m_steps.find(ticket);
        const auto ready = [&] { return step->second.result.has_value() || m_stream->m_error.has_value(); };
        const bool in_time = deadline == Deadline::max() ? m_stream->m_changed.wait(lock, stop, ready)
                                                         : m_stream->m_changed.wait_until(lock, stop, deadline, ready);
        auto result = step->second.result ? std::move(*step->second.result) : Result<Rows>(tl::unexpected(m_stream->m_error.value_or(Error{})));
        m_stream->m_steps.erase(step);
        const auto position = start->second;
        m_starts.erase(start);
        const auto seen = m_stream->m_seen_of.extract(ticket);
        if (in_time && !result) return result;
        lock.unlock();
        if (in_time) {
            if (seen) show(seen.mapped());
            return result;
        }
        if (stop.stop_requested()) {
            rewind(position);
            return fail(ErrorKind::Cancelled, "stopped");
        }
        m_stream->cancel();
        return fail(ErrorKind::Network, "the step was not completed before its deadline");
    }

    bool isReady(StepTicket ticket) override {
        const std::scoped_lock lock(m_stream->m_mutex);
        const auto step = m_stream->m_steps.find(ticket);
        return step == m_stream->m_steps.end() || step->second.result || m_stream->m_error;
    }

    void setListener(std::function<void()> listener) override { m_stream->setListener(std::move(listener)); }

    Result<void> truncate(std::uint32_t length) override {
        if (m_closed) return fail(ErrorKind::InvalidArgument, "this session is closed");
        if (length > m_length)
            return fail(ErrorKind::InvalidArgument, format("cannot truncate to {}: only {} positions are there", length, m_length));
        m_length = length;  // the next step's first position tells the node
        return {};
    }

    void close() override {
        if (m_closed) return;
        m_closed = true;
        m_stream->cancel();
        // What gRPC's threads still call must not outlive whoever set the listener.
        std::unique_lock lock(m_stream->m_mutex);
        m_stream->m_changed.wait(lock, [&] { return m_stream->m_done; });
        const auto stub = std::move(m_stream->m_stub);
        lock.unlock();
    }

private:
    void show(const std::vector<Stream::Seen>& all) const {
        for (const Stream::Seen& seen : all) {
            const TapNode node{seen.name, seen.operation, LayerIndex{seen.layer},
                               {static_cast<std::int64_t>(seen.rows.columns), static_cast<std::int64_t>(seen.rows.rows), 1, 1}};
            if (m_tap->wants(node)) m_tap->take(node, seen.rows.values);
        }
    }

    /// The node stops what it is doing for us; every step from this position on is gone.
    void rewind(std::uint32_t position) {
        if (position >= m_length && m_starts.empty()) return;
        if (m_tap) return m_stream->cancel();  // nobody could tell what is seen of an abandoned step from what comes next
        m_length = std::min(m_length, position);
        {
            const std::scoped_lock lock(m_stream->m_mutex);
            m_stream->m_epoch = ++m_epoch;
            for (auto& [ticket, step] : m_stream->m_steps)
                if (!step.result) step.result = fail(ErrorKind::Cancelled, "stopped");
        }
        ToNode message;
        message.mutable_rewind()->set_epoch(m_epoch);
        message.mutable_rewind()->set_length(m_length);
        m_stream->send({std::move(message)});
    }

    std::shared_ptr<Stream> m_stream;
    LayerSpan m_span;
    std::uint32_t m_context;
    Tap* m_tap;  // null: nothing is looked at
    std::uint32_t m_length = 0;
    std::uint64_t m_epoch = 0;
    StepTicket m_last_ticket = 0;
    std::map<StepTicket, std::uint32_t> m_starts;  // first positions of the steps under way
    bool m_closed = false;
};

}  // namespace

Result<std::unique_ptr<LayerRunner>> createRemoteRunner(std::shared_ptr<wire::proto::Compute::Stub> stub, RemoteRunnerOptions options,
                                                        std::chrono::milliseconds patience) {
    const auto stream = std::make_shared<Stream>(std::move(stub), options);
    Stream::begin(stream);
    auto runner = std::make_unique<RemoteRunner>(stream, options.open);
    stream->send({wire::openMessage(options.open)});
    std::unique_lock lock(stream->m_mutex);
    if (!stream->m_changed.wait_for(lock, patience, [&] { return stream->m_opened || stream->m_error; }))
        return fail(ErrorKind::Network, "it did not open a session in time");
    if (stream->m_error) return tl::unexpected(*stream->m_error);
    lock.unlock();
    return runner;
}

}  // namespace tessera
