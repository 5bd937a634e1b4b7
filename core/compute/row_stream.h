// SPDX-License-Identifier: GPL-3.0-or-later
// The call in which one node multiplies rows for us. For the .cpp files of this folder.
#pragma once

#include "core/compute/node_address.h"
#include "core/compute/row_holder.h"
#include "core/compute/row_wire.h"
#include "core/compute/tls.h"

#include "compute.grpc.pb.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace tessera {

/// gRPC's threads and the engine's meet here; it keeps itself until gRPC is done with it.
class RowStream final : public RowHolder, private grpc::ClientBidiReactor<wire::proto::ToRows, wire::proto::FromRows> {
public:
    static std::shared_ptr<RowStream> begin(std::shared_ptr<wire::proto::Compute::Stub> stub, const NodeAddress& address,
                                            std::shared_ptr<PinOutcome> pin, const wire::OpenRowsRequest& request);

    ~RowStream() override = default;

    Result<void> waitUntilOpen(Clock::time_point deadline, const std::stop_token& stop) override;
    Result<void> ask(const ProductInput& input, std::uint32_t range) override;
    /// After the deadline the call is over.
    Result<Rows> take(Clock::time_point deadline, const std::atomic<bool>& cancel) override;
    void forget() override;
    bool isOver() override;
    void close() override;

private:
    void OnReadDone(bool ok) override;
    void OnWriteDone(bool ok) override;
    void OnDone(const grpc::Status& status) override;

    struct Product {
        std::uint64_t id;
        std::uint32_t rows;
        std::size_t columns;
        bool forgotten = false;
        std::optional<Rows> values = std::nullopt;
    };

    RowStream(std::shared_ptr<wire::proto::Compute::Stub> stub, NodeAddress address, std::shared_ptr<PinOutcome> pin, const std::vector<RowRange>& ranges);

    void send(std::vector<wire::proto::ToRows> messages);
    void endReading();
    Result<void> receive();
    void setError(Error error);

    /// Its channel must not end on a thread of gRPC, which would wait for itself: close() takes it.
    std::shared_ptr<wire::proto::Compute::Stub> m_stub;
    const NodeAddress m_address;
    const std::shared_ptr<PinOutcome> m_pin;
    std::vector<std::size_t> m_columns;  // of each range's products
    grpc::ClientContext m_context;
    wire::proto::FromRows m_incoming;
    std::shared_ptr<RowStream> m_self;

    std::mutex m_mutex;  // guards what follows
    std::condition_variable_any m_changed;
    std::deque<wire::proto::ToRows> m_outbox;  // the first one is being written
    bool m_open = false;
    bool m_read_ended = false;
    bool m_done = false;
    std::optional<Error> m_error;
    std::uint64_t m_last_id = 0;
    std::deque<Product> m_products;  // in the order in which they were asked for, and come
    bool m_reading = false;          // the first one without values is coming
    wire::RowsReader m_reader;
};

}  // namespace tessera
