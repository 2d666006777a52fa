# The newest clang that scripts/install-deps.sh installs: 16 on Debian 12, 19 on 13.
find_program(CMAKE_CXX_COMPILER NAMES clang++-19 clang++-16 clang++ REQUIRED)
set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld)
