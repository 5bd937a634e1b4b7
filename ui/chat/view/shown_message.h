// SPDX-License-Identifier: GPL-3.0-or-later
// A message as the column shows it.
#pragma once

#include "core/chat/store/message_tree.h"
#include "core/chat/token_trace.h"

#include <QString>
#include <QStringList>

#include <memory>

namespace tessera::ui {

struct ShownMessage {
    MessageNumber number = kNoMessage;
    MessageRole role = MessageRole::User;
    QString text;             // Markdown, with its think tags, as the model wrote it
    QStringList attachments;  // names of the files that were sent along
    AnswerFacts facts;        // of an answer; zeros and empty texts are not shown
    int version = 1;          // of `versions`, from 1
    int versions = 1;
    bool streaming = false;   // it is still being written
    QString status;           // in words, under the text: "Stopped", an error; empty: nothing to say
    bool failed = false;      // the status is an error
    std::shared_ptr<const TokenTrace> trace;  // null or empty: not recorded
    bool operator==(const ShownMessage&) const = default;
};

}  // namespace tessera::ui
