// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/row_stream.h"

#include "core/base/format.h"
#include "core/compute/channel.h"
#include "core/compute/node_error.h"

#include <algorithm>

namespace tessera {

using wire::proto::FromRows;
using wire::proto::ToRows;

namespace {

constexpr std::chrono::milliseconds kCancelPeriod{20};  // nobody wakes us for a stop

}  // namespace

RowStream::RowStream(std::shared_ptr<wire::proto::Compute::Stub> stub, NodeAddress address, std::shared_ptr<PinOutcome> pin,
                     const std::vector<RowRange>& ranges)
    : m_stub(std::move(stub)), m_address(std::move(address)), m_pin(std::move(pin)) {
    for (const RowRange& range : ranges) m_columns.push_back(static_cast<std::size_t>(range.count));
}

std::shared_ptr<RowStream> RowStream::begin(std::shared_ptr<wire::proto::Compute::Stub> stub, const NodeAddress& address,
                                            std::shared_ptr<PinOutcome> pin, const wire::OpenRowsRequest& request) {
    std::shared_ptr<RowStream> stream(new RowStream(std::move(stub), address, std::move(pin), request.ranges));
    stream->m_self = stream;
    keepCallbackThreads(stream->m_stub);
    stream->m_stub->async()->MultiplyRows(&stream->m_context, stream.get());
    stream->AddHold();  // until reading ends: before that gRPC must not be done with the stream while others write
    stream->StartRead(&stream->m_incoming);
    stream->StartCall();
    stream->send({wire::openRowsMessage(request)});
    return stream;
}

Result<void> RowStream::waitUntilOpen(Clock::time_point deadline, const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    m_changed.wait_until(lock, stop, deadline, [this] { return m_open || m_error; });
    if (m_error) return tl::unexpected(*m_error);
    if (m_open) return {};
    if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
    return fail(ErrorKind::Network, "its rows are not ready yet");
}

Result<void> RowStream::ask(const ProductInput& input, std::uint32_t range) {
    ProductInput sent = input;
    std::uint64_t id = 0;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_error) return tl::unexpected(*m_error);
        if (m_last_id == 0) sent.same = false;  // the one before went through another call
        id = ++m_last_id;
        m_products.push_back({id, input.rows, m_columns[range]});
    }
    send(wire::multiplyMessages(sent, id, range));
    return {};
}

Result<Rows> RowStream::take(Clock::time_point deadline, const std::atomic<bool>& cancelled) {
    std::unique_lock lock(m_mutex);
    const auto oldest = [this] { return std::ranges::find_if(m_products, [](const Product& p) { return !p.forgotten; }); };
    const auto ready = [&] { return m_error || oldest()->values; };
    while (!ready() && !cancelled && Clock::now() < deadline) m_changed.wait_until(lock, std::min(deadline, Clock::now() + kCancelPeriod), ready);
    const auto product = oldest();
    if (product->values) {
        Rows rows = *std::move(product->values);
        m_products.erase(product);
        return rows;
    }
    if (m_error) return tl::unexpected(*m_error);
    if (cancelled) return fail(ErrorKind::Cancelled, "stopped");
    setError({ErrorKind::Network, "a product was not there before its deadline"});
    const Error error = *m_error;
    lock.unlock();
    m_context.TryCancel();
    return tl::unexpected(error);
}

void RowStream::forget() {
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_products, [](const Product& product) { return product.values.has_value(); });
    for (Product& product : m_products) product.forgotten = true;
}

bool RowStream::isOver() {
    const std::scoped_lock lock(m_mutex);
    return m_error.has_value();
}

void RowStream::close() {
    m_context.TryCancel();
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_done; });
    const auto stub = std::move(m_stub);
    lock.unlock();
}

void RowStream::send(std::vector<ToRows> messages) {
    const ToRows* first = nullptr;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_error || m_read_ended) return;
        const bool idle = m_outbox.empty();
        for (auto& message : messages) m_outbox.push_back(std::move(message));
        if (!idle) return;
        first = &m_outbox.front();
        AddHold();  // the one of reading may go as soon as the mutex is free
    }
    StartWrite(first);
    RemoveHold();
}

void RowStream::OnReadDone(bool ok) {
    if (!ok) return endReading();  // OnDone says why
    bool good = true;
    {
        const std::scoped_lock lock(m_mutex);
        if (const auto received = receive(); !received) {
            setError({ErrorKind::Network, received.error().message});
            good = false;
        }
        m_changed.notify_all();
    }
    if (good) return StartRead(&m_incoming);
    m_context.TryCancel();
    endReading();
}

void RowStream::OnWriteDone(bool ok) {
    const ToRows* next = nullptr;
    {
        const std::scoped_lock lock(m_mutex);
        m_outbox.pop_front();
        if (!ok) m_outbox.clear();
        if (!m_outbox.empty()) next = &m_outbox.front();
    }
    if (next) StartWrite(next);
}

void RowStream::OnDone(const grpc::Status& status) {
    const auto self = std::move(m_self);  // the last one, perhaps
    const std::scoped_lock lock(m_mutex);
    setError(nodeError(m_address, *m_pin, status));
    m_done = true;
    m_changed.notify_all();
}

/// Once, after the last read.
void RowStream::endReading() {
    {
        const std::scoped_lock lock(m_mutex);
        m_read_ended = true;
    }
    RemoveHold();
}

/// One message, with the mutex held.
Result<void> RowStream::receive() {
    if (m_incoming.has_opened()) {
        m_open = true;
        return {};
    }
    const auto product = std::ranges::find_if(m_products, [](const Product& p) { return !p.values; });
    if (product == m_products.end()) return fail(ErrorKind::Corrupt, "it sent a product that nobody asked for");
    switch (m_incoming.kind_case()) {
        case FromRows::kProduct:
            if (m_reading || m_incoming.product().id() != product->id) return fail(ErrorKind::Corrupt, "it sent another product than the next one");
            m_reading = true;
            TESSERA_CHECK(m_reader.begin(product->rows, product->columns, m_incoming.product().data()));
            break;
        case FromRows::kMore:
            if (!m_reading) return fail(ErrorKind::Corrupt, "it sent numbers without a product");
            TESSERA_CHECK(m_reader.more(m_incoming.more()));
            break;
        default: return fail(ErrorKind::Corrupt, "it sent a message of an unknown kind");
    }
    if (!m_reader.isComplete()) return {};
    m_reading = false;
    product->values = m_reader.take();
    if (product->forgotten) m_products.erase(product);
    return {};
}

void RowStream::setError(Error error) {
    if (!m_error) m_error = std::move(error);
}

}  // namespace tessera
