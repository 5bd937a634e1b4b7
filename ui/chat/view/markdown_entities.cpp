// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/markdown_builder.h"

#include <array>

namespace tessera::ui {
namespace {

struct Entity {
    const char* name;
    char16_t sign;
};

// The names that occur in running text; others stay as written, which loses nothing.
constexpr std::array kEntities{
    Entity{"amp", u'&'},        Entity{"lt", u'<'},         Entity{"gt", u'>'},         Entity{"quot", u'"'},
    Entity{"apos", u'\''},      Entity{"nbsp", u'\u00A0'},  Entity{"copy", u'\u00A9'},  Entity{"reg", u'\u00AE'},
    Entity{"trade", u'\u2122'}, Entity{"hellip", u'\u2026'}, Entity{"mdash", u'\u2014'}, Entity{"ndash", u'\u2013'},
    Entity{"lsquo", u'\u2018'}, Entity{"rsquo", u'\u2019'}, Entity{"ldquo", u'\u201C'}, Entity{"rdquo", u'\u201D'},
    Entity{"laquo", u'\u00AB'}, Entity{"raquo", u'\u00BB'}, Entity{"bull", u'\u2022'},  Entity{"middot", u'\u00B7'},
    Entity{"deg", u'\u00B0'},   Entity{"plusmn", u'\u00B1'}, Entity{"times", u'\u00D7'}, Entity{"divide", u'\u00F7'},
    Entity{"le", u'\u2264'},    Entity{"ge", u'\u2265'},    Entity{"ne", u'\u2260'},    Entity{"asymp", u'\u2248'},
    Entity{"larr", u'\u2190'},  Entity{"rarr", u'\u2192'},  Entity{"uarr", u'\u2191'},  Entity{"darr", u'\u2193'},
    Entity{"euro", u'\u20AC'},  Entity{"pound", u'\u00A3'}, Entity{"yen", u'\u00A5'},   Entity{"sect", u'\u00A7'},
    Entity{"infin", u'\u221E'}, Entity{"pi", u'\u03C0'},    Entity{"micro", u'\u00B5'}, Entity{"sum", u'\u2211'},
};

}  // namespace

QString decodeEntity(const QByteArray& entity) {
    const QByteArray name = entity.mid(1, entity.size() - 2);
    if (name.startsWith('#')) {
        bool good = false;
        const bool hexadecimal = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        const uint code = hexadecimal ? name.mid(2).toUInt(&good, 16) : name.mid(1).toUInt(&good, 10);
        // Only signs that show: no controls, no half of a pair, nothing past the last plane.
        if (!good || code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF)
            return QString::fromUtf8(entity);
        const char32_t sign = code;
        return QString::fromUcs4(&sign, 1);
    }
    for (const Entity& known : kEntities)
        if (name == known.name) return QString(QChar(known.sign));
    return QString::fromUtf8(entity);
}

}  // namespace tessera::ui
