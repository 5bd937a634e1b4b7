// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/view/code_languages.h"

#include <array>

namespace tessera::ui {
namespace {

using L = CodeLanguage;

constexpr std::string_view kCWords =
    "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch "
    "typedef union volatile while";
constexpr std::string_view kCTypes = "bool char double float int long short signed size_t unsigned void NULL true false int8_t int16_t int32_t int64_t "
                                     "uint8_t uint16_t uint32_t uint64_t FILE";
constexpr std::string_view kScriptWords =
    "abstract any as async await break case catch class const continue debugger declare default delete do else enum export extends finally for "
    "from function get if implements import in infer instanceof interface is keyof let namespace new of private protected public readonly "
    "return satisfies set static super switch this throw try type typeof var void while with yield";
constexpr std::string_view kScriptTypes = "true false null undefined NaN Infinity string number boolean object symbol bigint unknown never Array Promise Map Set";

constexpr std::array kLanguages{
    L{"C", "c h", kCWords, kCTypes, "//", "/*", "*/", "\"'", false, u'#'},
    L{"C++", "cpp c++ cc cxx hpp hxx c++17 c++20",
      "alignas alignof and asm auto break case catch class concept const consteval constexpr constinit const_cast continue co_await co_return "
      "co_yield decltype default delete do dynamic_cast else enum explicit export extern final for friend goto if inline mutable namespace new "
      "noexcept not operator or override private protected public register reinterpret_cast requires return sizeof static static_assert "
      "static_cast struct switch template this thread_local throw try typedef typeid typename union using virtual volatile while",
      "bool char char8_t char16_t char32_t double float int long short signed size_t unsigned void wchar_t nullptr true false string vector map "
      "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t",
      "//", "/*", "*/", "\"'", false, u'#'},
    L{"C#", "csharp cs c#",
      "abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern finally "
      "fixed for foreach get goto if implicit in init interface internal is lock namespace new operator out override params private protected "
      "public readonly record ref return sealed set sizeof stackalloc static struct switch this throw try typeof unchecked unsafe using var "
      "virtual void volatile when where while yield",
      "bool byte char decimal double float int long object sbyte short string uint ulong ushort true false null", "//", "/*", "*/", "\"'", false, u'#'},
    L{"Java", "java",
      "abstract assert break case catch class const continue default do else enum extends final finally for goto if implements import instanceof "
      "interface native new package permits private protected public record return sealed static strictfp super switch synchronized this throw "
      "throws transient try var volatile while yield",
      "boolean byte char double float int long short void true false null String Integer List Map", "//", "/*", "*/", "\"'", true, u'@'},
    L{"Kotlin", "kotlin kt kts",
      "abstract as break by catch class companion const constructor continue crossinline data do else enum expect external final finally for fun "
      "get if import in infix init inline inner interface internal is lateinit noinline object open operator out override package private "
      "protected public reified return sealed set super suspend this throw try typealias val var vararg when where while",
      "Any Boolean Byte Char Double Float Int List Long Map Nothing Set Short String Unit true false null", "//", "/*", "*/", "\"'", true, u'@'},
    L{"Swift", "swift",
      "actor as associatedtype async await break case catch class continue default defer deinit do else enum extension fallthrough fileprivate "
      "for func guard if import in init inout internal is let mutating open operator private protocol public repeat rethrows return self some "
      "static struct subscript super switch throw throws try typealias var where while",
      "Any Array Bool Character Dictionary Double Float Int Optional Set String Void true false nil", "//", "/*", "*/", "\"", true, u'@'},
    L{"Python", "python py python3 ipython",
      "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal "
      "not or pass raise return try while with yield",
      "True False None self int float str bool list dict set tuple bytes object print len range type super enumerate zip open", "#", "", "",
      "\"'", true, u'@'},
    L{"Rust", "rust rs",
      "as async await break const continue crate dyn else enum extern fn for if impl in let loop macro_rules match mod move mut pub ref return "
      "self Self static struct super trait type unsafe use where while",
      "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize true false String Vec Option Some None Result Ok Err Box", "//",
      "/*", "*/", "\"", false, u'#'},
    L{"Go", "go golang",
      "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct "
      "switch type var",
      "any bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr "
      "true false nil iota append len make new panic",
      "//", "/*", "*/", "\"'`"},
    L{"JavaScript", "javascript js jsx mjs node", kScriptWords, kScriptTypes, "//", "/*", "*/", "\"'`", false, u'@'},
    L{"TypeScript", "typescript ts tsx", kScriptWords, kScriptTypes, "//", "/*", "*/", "\"'`", false, u'@'},
    L{"PHP", "php",
      "abstract and array as break case catch class clone const continue declare default do echo else elseif extends final finally fn for foreach "
      "function global goto if implements include include_once instanceof interface isset list match namespace new or print private protected "
      "public readonly require require_once return static switch throw trait try unset use var while xor yield",
      "bool float int mixed null object self string true false void", "// #", "/*", "*/", "\"'"},
    L{"Ruby", "ruby rb",
      "alias and begin break case class def defined? do else elsif end ensure for if in module next not or redo rescue retry return self super then "
      "undef unless until when while yield require require_relative attr_accessor attr_reader",
      "true false nil puts", "#", "=begin", "=end", "\"'"},
    L{"Lua", "lua", "and break do else elseif end for function goto if in local not or repeat return then until while", "true false nil self", "--",
      "--[[", "]]", "\"'"},
    L{"R", "r", "break else for function if in next repeat return while library require", "TRUE FALSE NULL NA Inf NaN", "#", "", "", "\"'"},
    L{"Julia", "julia jl",
      "abstract begin break catch const continue do else elseif end export finally for function global if import let local macro module mutable "
      "primitive quote return struct try type using where while",
      "true false nothing Int Int64 Float64 String Bool Vector", "#", "#=", "=#", "\"", true, u'@'},
    L{"Haskell", "haskell hs", "case class data deriving do else foldr if import in infix infixl infixr instance let module newtype of then type where",
      "True False Bool Char Double Int Integer IO Maybe Just Nothing String", "--", "{-", "-}", "\""},
    L{"Shell", "bash sh shell zsh console shell-session",
      "case do done elif else esac export fi for function if in local readonly return select set source then time until unset while",
      "cd echo exit printf read sudo true false", "#", "", "", "\"'"},
    L{"PowerShell", "powershell ps1 pwsh",
      "begin break catch class continue do else elseif end finally for foreach function if in param process return switch throw trap try until while", "",
      "#", "<#", "#>", "\"'", false, 0, true},
    L{"SQL", "sql sqlite postgresql mysql",
      "add all alter and as asc begin between by case check column commit constraint create cross default delete desc distinct drop else end exists "
      "foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer over partition "
      "primary references right rollback select set table then transaction union unique update using values view when where with",
      "bigint blob boolean char date decimal float int integer numeric real serial text timestamp varchar true false avg count max min sum", "--", "/*",
      "*/", "'\"", false, 0, true},
    L{"JSON", "json jsonc json5", "", "true false null", "//", "", "", "\""},
    L{"YAML", "yaml yml", "", "true false null yes no", "#", "", "", "\"'"},
    L{"TOML", "toml ini conf cfg properties", "", "true false", "# ;", "", "", "\"'"},
    L{"CMake", "cmake", "add_executable add_library else elseif endforeach endfunction endif endmacro find_package foreach function if include macro project "
                        "return set target_link_libraries while",
      "PUBLIC PRIVATE INTERFACE ON OFF TRUE FALSE AND OR NOT", "#", "", "", "\""},
    L{"Makefile", "makefile make", "define else endef endif export ifdef ifeq ifndef ifneq include", "", "#", "", "", "\"'"},
    L{"Dockerfile", "dockerfile docker", "add arg as cmd copy entrypoint env expose from healthcheck label run shell user volume workdir", "", "#", "", "",
      "\"'", false, 0, true},
    L{"CSS", "css scss less", "important", "auto none inherit initial unset", "", "/*", "*/", "\"'", false, u'@'},
    L{"HTML", "html htm xhtml vue svelte", "", "", "", "<!--", "-->", "\"'", false, 0, false, L::Markup},
    L{"XML", "xml svg xsd xslt plist", "", "", "", "<!--", "-->", "\"'", false, 0, false, L::Markup},
    L{"Diff", "diff patch", "", "", "", "", "", "", false, 0, false, L::Diff},
    L{"Text", "text txt plain plaintext", "", "", "", "", "", ""},
    L{"Markdown", "markdown md", "", "", "", "", "", ""},
    L{"LaTeX", "latex tex", "", "", "%", "", "", ""},
};

}  // namespace

std::span<const CodeLanguage> codeLanguages() { return kLanguages; }

const CodeLanguage* findCodeLanguage(const QString& name) {
    const std::string wanted = name.toLower().toStdString();
    if (wanted.empty() || wanted.find(' ') != std::string::npos) return nullptr;
    for (const CodeLanguage& language : kLanguages)
        for (std::size_t at = language.names.find(wanted); at != std::string_view::npos; at = language.names.find(wanted, at + 1)) {
            const std::size_t end = at + wanted.size();
            if ((at == 0 || language.names[at - 1] == ' ') && (end == language.names.size() || language.names[end] == ' ')) return &language;
        }
    return nullptr;
}

}  // namespace tessera::ui
