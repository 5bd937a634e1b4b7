# SPDX-License-Identifier: GPL-3.0-or-later
# What the window carries inside the binary, taken from the system's packages at build and never committed: icons
# (bootstrap-icons, MIT), fonts (Inter and JetBrains Mono, OFL), translations (ours and Qt's own).
set(TESSERA_ICONS_DIR "" CACHE PATH "Folder with the SVG files of bootstrap-icons; empty: searched for")
set(TESSERA_INTER_DIR "" CACHE PATH "Folder with Inter-Regular.otf and its relatives; empty: searched for")
set(TESSERA_JETBRAINS_MONO_DIR "" CACHE PATH "Folder with JetBrainsMono-Regular.ttf; empty: searched for")

function(tessera_find_folder result file package)
  find_path(${result}_FOUND "${file}" PATHS "${${result}}" ${ARGN} NO_DEFAULT_PATH)
  if(NOT ${result}_FOUND)
    message(FATAL_ERROR "${file} is missing: install the package ${package}, or set ${result} to the folder that has it.")
  endif()
  set(folder "${${result}_FOUND}" PARENT_SCOPE)
endfunction()

# The names stand in ui/style/icon_names.h only; this reads them from there.
function(tessera_window_icons target)
  tessera_find_folder(TESSERA_ICONS_DIR layers.svg bootstrap-icons
    /usr/share/bootstrap-icons/svg /usr/share/javascript/bootstrap-icons /usr/local/share/bootstrap-icons/svg)
  set(list "${CMAKE_CURRENT_SOURCE_DIR}/style/icon_names.h")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${list}")
  file(STRINGS "${list}" lines REGEX "^TESSERA_ICON\\(")
  foreach(line ${lines})
    string(REGEX REPLACE ".*\"([a-z0-9-]+)\".*" "\\1" name "${line}")
    set(svg "${folder}/${name}.svg")
    if(NOT EXISTS "${svg}")
      message(FATAL_ERROR "bootstrap-icons has no '${name}.svg' in ${folder}: version 1.10 or newer is needed.")
    endif()
    set_source_files_properties("${svg}" PROPERTIES QT_RESOURCE_ALIAS "${name}.svg")
    list(APPEND files "${svg}")
  endforeach()
  qt_add_resources(${target} window_icons PREFIX /icons FILES ${files})
  qt_add_resources(${target} window_logo PREFIX / BASE "${PROJECT_SOURCE_DIR}/resources"
    FILES "${PROJECT_SOURCE_DIR}/resources/tessera.svg")
  qt_add_resources(${target} window_licence PREFIX / BASE "${PROJECT_SOURCE_DIR}" FILES "${PROJECT_SOURCE_DIR}/LICENSE")
endfunction()

function(tessera_window_fonts target)
  tessera_find_folder(TESSERA_INTER_DIR Inter-Regular.otf fonts-inter
    /usr/share/fonts/opentype/inter /usr/share/fonts/inter /usr/local/share/fonts/inter)
  foreach(face Regular Italic SemiBold SemiBoldItalic)
    set(file "${folder}/Inter-${face}.otf")
    set_source_files_properties("${file}" PROPERTIES QT_RESOURCE_ALIAS "Inter-${face}.otf")
    list(APPEND files "${file}")
  endforeach()
  tessera_find_folder(TESSERA_JETBRAINS_MONO_DIR JetBrainsMono-Regular.ttf fonts-jetbrains-mono
    /usr/share/fonts/truetype/jetbrains-mono /usr/share/fonts/jetbrains-mono /usr/local/share/fonts/jetbrains-mono)
  foreach(face Regular SemiBold)
    set(file "${folder}/JetBrainsMono-${face}.ttf")
    set_source_files_properties("${file}" PROPERTIES QT_RESOURCE_ALIAS "JetBrainsMono-${face}.ttf")
    list(APPEND files "${file}")
  endforeach()
  qt_add_resources(${target} window_fonts PREFIX /fonts FILES ${files})
endfunction()

# translations/tessera_<language>.ts, over all sources of the window: `cmake --build … --target update_translations`
# brings them up to date. qt_add_translations would see the strings of one target only.
function(tessera_window_translations target)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/ui/*.cpp" "${PROJECT_SOURCE_DIR}/ui/*.h"
    "${PROJECT_SOURCE_DIR}/app/gui_main.cpp")
  foreach(language ${ARGN})
    set(ts "${PROJECT_SOURCE_DIR}/translations/tessera_${language}.ts")
    set(qm "${CMAKE_CURRENT_BINARY_DIR}/i18n/tessera_${language}.qm")
    add_custom_command(OUTPUT "${qm}" DEPENDS "${ts}" VERBATIM
      COMMAND ${CMAKE_COMMAND} -E make_directory "${CMAKE_CURRENT_BINARY_DIR}/i18n"
      COMMAND Qt6::lrelease -silent "${ts}" -qm "${qm}")
    set_source_files_properties("${qm}" PROPERTIES QT_RESOURCE_ALIAS "tessera_${language}.qm")
    list(APPEND all_qm "${qm}")
  endforeach()
  # Qt's own words (OK, Cancel, file dialogs), where the system's Qt brings them.
  find_file(TESSERA_QTBASE_FR qtbase_fr.qm PATHS /usr/share/qt6/translations "${QT6_INSTALL_PREFIX}/translations"
    "${QT6_INSTALL_PREFIX}/share/qt6/translations" NO_DEFAULT_PATH)
  if(TESSERA_QTBASE_FR)
    set_source_files_properties("${TESSERA_QTBASE_FR}" PROPERTIES QT_RESOURCE_ALIAS qtbase_fr.qm)
    list(APPEND all_qm "${TESSERA_QTBASE_FR}")
  endif()
  qt_add_resources(${target} window_translations PREFIX /i18n FILES ${all_qm})
  list(JOIN sources "\n" listed)
  file(GENERATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/lupdate_sources.txt" CONTENT "${listed}\n")
  # English needs its plurals only: everything else stands in the sources.
  set(lupdate Qt6::lupdate -silent -locations none -no-obsolete -I "${PROJECT_SOURCE_DIR}" "@${CMAKE_CURRENT_BINARY_DIR}/lupdate_sources.txt")
  add_custom_target(update_translations VERBATIM
    COMMAND ${lupdate} -ts "${PROJECT_SOURCE_DIR}/translations/tessera_fr.ts"
    COMMAND ${lupdate} -pluralonly -ts "${PROJECT_SOURCE_DIR}/translations/tessera_en.ts")
endfunction()
