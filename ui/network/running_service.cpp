// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/running_service.h"

#include "ui/widgets/error_text.h"

namespace tessera::ui {

void RunningService::setState(ServiceState state, const Error& why) {
    m_state = state;
    if (why.kind != ErrorKind::Cancelled) m_error = errorText(why);
    emit changed();
}

}  // namespace tessera::ui
