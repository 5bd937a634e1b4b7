# SPDX-License-Identifier: GPL-3.0-or-later

# tessera_library(gguf PUBLIC tessera_base PRIVATE deps::ggml_base): one static library from the .cpp files of this
# folder and of the folders below it that are not libraries of their own (EXCLUDE names those).
function(tessera_library name)
  cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  # x_posix.cpp and x_windows.cpp implement the same header.
  if(WIN32)
    list(FILTER sources EXCLUDE REGEX "_posix\\.cpp$")
  else()
    list(FILTER sources EXCLUDE REGEX "_windows\\.cpp$")
  endif()
  foreach(folder ${arg_EXCLUDE})
    list(FILTER sources EXCLUDE REGEX "/${folder}/")
  endforeach()
  add_library(tessera_${name} STATIC ${sources})
  target_include_directories(tessera_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(tessera_${name} PUBLIC ${arg_PUBLIC} PRIVATE tessera_compiler ${arg_PRIVATE})
endfunction()
