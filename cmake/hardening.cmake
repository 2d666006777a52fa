# Compiler and linker options against exploits, for every build that is not for debugging. tests/package checks them in
# the program with readelf. docs/security.md lists them.
include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "the kind of build" FORCE)
endif()

string(TOUPPER "${CMAKE_BUILD_TYPE}" vobiz_build_type)
set(vobiz_flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${vobiz_build_type}}")

if(NOT vobiz_build_type STREQUAL "DEBUG")
  # Position-independent programs; modules have their own option.
  add_compile_options($<$<NOT:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,MODULE_LIBRARY>>:-fPIE>)
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)

  # The last two are control-flow protection: CET on x86, pointer authentication and branch targets on ARM.
  foreach(option -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
    string(MAKE_C_IDENTIFIER "vobiz_has${option}" has)
    set(CMAKE_REQUIRED_FLAGS -Werror)
    check_cxx_compiler_flag(${option} ${has})
    unset(CMAKE_REQUIRED_FLAGS)
    if(${has})
      add_compile_options(${option})
    endif()
  endforeach()

  # The start-up code of Debian 12 has no mark for it, so the linker would leave it out. That code pushes and pops no
  # return address. The other half, IBT, needs code there that the file does not have.
  if(vobiz_has_fcf_protection_full)
    add_link_options(LINKER:-z,shstk)
  endif()

  # No writable tables of functions once the program is loaded, no executable stack.
  add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)

  # Needs an optimizing compiler; a sanitizer checks the same calls itself.
  if(vobiz_flags MATCHES "-O([1-3sgz]|fast)" AND NOT vobiz_flags MATCHES "-fsanitize")
    set(CMAKE_REQUIRED_FLAGS "-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
    check_cxx_source_compiles("#include <cstdio>
      #if __USE_FORTIFY_LEVEL < 3
      #error
      #endif
      int main() {}" vobiz_has_fortify_3)
    unset(CMAKE_REQUIRED_FLAGS)
    if(vobiz_has_fortify_3)
      add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    else()
      add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    endif()
  endif()
endif()
