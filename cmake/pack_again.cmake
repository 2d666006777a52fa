# Run by cpack after it has packed: the umask gets into its packages, and its package of symbols has paths of this
# machine in its checksums. dpkg-deb packs their contents again, without either.
foreach(package ${CPACK_PACKAGE_FILES})
  set(tree ${package}.tree)
  file(REMOVE_RECURSE ${tree})
  execute_process(COMMAND dpkg-deb -R ${package} ${tree} COMMAND_ERROR_IS_FATAL ANY)
  file(READ ${tree}/DEBIAN/md5sums sums)
  string(REGEX REPLACE "  /[^\n]*/usr/lib/debug/" "  usr/lib/debug/" sums "${sums}")
  file(WRITE ${tree}/DEBIAN/md5sums "${sums}")
  execute_process(COMMAND chmod -R u=rwX,go=rX ${tree} COMMAND_ERROR_IS_FATAL ANY)
  if(package MATCHES "-dbgsym_")
    execute_process(COMMAND find ${tree} -type f -exec chmod 644 {} + COMMAND_ERROR_IS_FATAL ANY)
  endif()
  # Several threads could split the data in another way.
  execute_process(COMMAND dpkg-deb --root-owner-group -Zxz --threads-max=1 -b ${tree} ${package} OUTPUT_QUIET
                  COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE_RECURSE ${tree})
endforeach()
