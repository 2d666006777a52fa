#!/usr/bin/env python3
"""Writes what a built program is made of, as SPDX 2.3 in JSON.

sbom.py --output FILE BUILD PROGRAM LINK_INPUTS VERSION SOURCE_DATE

It asks the build itself: the program's NEEDED entries and ldd for shared libraries, the linker's list of inputs for
static ones, the compiler's dependencies for headers, and dpkg for the package that each file is of. The same build
gives the same bytes. tests/package/sbom_test.py compares it with the program.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess
import urllib.parse

# By source package of Debian. Their copyright files name licences in ways of their own; the expressions here are
# those of what gets into programs, not of tools and tests beside it.
LICENCES = {
    "boost": "BSL-1.0",
    "cli11": "BSD-3-Clause",
    "cyrus-sasl2": "BSD-4-Clause",
    "e2fsprogs": "MIT",
    "fmtlib": "MIT",
    "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "glibc": "LGPL-2.1-or-later",
    "gmp": "GPL-2.0-or-later OR LGPL-3.0-or-later",
    "gnutls28": "LGPL-2.1-or-later",
    "howardhinnant-date": "MIT",
    "keyutils": "LGPL-2.1-or-later",
    "krb5": "MIT",
    "libcap2": "BSD-3-Clause OR GPL-2.0-only",
    "libffi": "MIT",
    "libgcrypt20": "LGPL-2.1-or-later",
    "libgpg-error": "LGPL-2.1-or-later",
    "libidn2": "GPL-2.0-or-later OR LGPL-3.0-or-later",
    "libpqxx": "BSD-3-Clause",
    "libtasn1-6": "LGPL-2.1-or-later",
    "libunistring": "GPL-2.0-or-later OR LGPL-3.0-or-later",
    "libzstd": "BSD-3-Clause OR GPL-2.0-only",
    "linux": "GPL-2.0-only WITH Linux-syscall-note",
    "lz4": "BSD-2-Clause",
    "nettle": "GPL-2.0-or-later OR LGPL-3.0-or-later",
    "openldap": "OLDAP-2.8",
    "openssl": "Apache-2.0",
    "p11-kit": "BSD-3-Clause",
    "postgresql": "PostgreSQL",
    "prometheus-cpp": "MIT",
    "spdlog": "MIT",
    "systemd": "LGPL-2.1-or-later",
    "xz-utils": "0BSD",
    "yaml-cpp": "MIT",
    "zlib": "Zlib",
}
DYNAMIC, STATIC, HEADERS = "shared library", "static library or start-up code", "headers"


def output_of(*command):
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def needed_by(library):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", output_of("readelf", "-dW", library))


def paths_of_libraries(program):
    """The files that the loader takes, by the name that a NEEDED entry has."""
    found = {}
    for line in output_of("ldd", program).splitlines():
        words = line.split()
        if "=>" in words:
            found[words[0]] = words[2]
        elif words[0].startswith("/"):
            found[os.path.basename(words[0])] = words[0]
    return found


def headers_in_ninja_log(build):
    """Ninja reads the compiler's dependency files and keeps what is in them in this log."""
    log = (build / ".ninja_deps").read_bytes()
    at = log.index(b"\n") + 5  # a line, and the version as an integer
    paths, inputs = [], {}
    while at + 4 <= len(log):
        (size,) = struct.unpack_from("<I", log, at)
        at += 4
        record, size = log[at : at + (size & 0x7FFFFFFF)], size & 0x7FFFFFFF
        at += size
        if len(record) < size:
            break  # the record that a running ninja is writing
        if struct.unpack_from("<I", log, at - size - 4)[0] & 0x80000000:
            numbers = struct.unpack(f"<{size // 4}I", record)
            inputs[numbers[0]] = numbers[3:]  # behind the object and its time
        else:
            paths.append(record[:-4].rstrip(b"\0").decode())
    # Objects that are built no more stay in the log.
    built = set(re.findall(r"^build (src/\S+\.o):", (build / "build.ninja").read_text(), re.MULTILINE))
    return {paths[one] for number, all_of_it in inputs.items() if paths[number] in built for one in all_of_it}


def words_of_makefile(text):
    return [word for word in text.replace("\\\n", " ").split() if not word.endswith(":")]


def headers(build):
    """What the compiler has read for the objects below src, which are the program's. ccache with a base_dir names it
    by its way from the build's folder."""
    if (build / ".ninja_deps").exists():
        found = headers_in_ninja_log(build)
    else:
        files = (build / "src").rglob("*.o.d")
        found = {word for file in files for word in words_of_makefile(file.read_text())}
    return {os.path.normpath(build / path) for path in found}


def owners_of(paths):
    """The package of each path. Debian's merged /usr has files under names that dpkg does not know them by."""
    asked = {}
    for path in paths:
        real = os.path.realpath(path)
        for name in (path, real, "/usr" + real, real.removeprefix("/usr")):
            asked.setdefault(os.path.normpath(name), path)
    found = {}
    for first in range(0, len(asked), 500):
        names = list(asked)[first : first + 500]
        answer = subprocess.run(["dpkg-query", "-S", *names], capture_output=True, text=True, check=False).stdout
        for line in answer.splitlines():
            package, _, name = line.rpartition(": ")
            if name in asked and not package.startswith("diversion "):
                found[asked[name]] = package.split(", ")[0].split(":")[0]
    return found


def facts_of(package):
    form = "${Version}\\t${source:Package}\\t${Architecture}\\t${Homepage}\\n"
    first = output_of("dpkg-query", "-W", "-f", form, package).split("\n")[0]
    version, source, architecture, homepage = first.split("\t")
    return {"version": version, "source": source, "architecture": architecture, "homepage": homepage}


def licence_of(source):
    # boost1.81, gcc-12, postgresql-15
    name = source if source in LICENCES else re.sub(r"-?[0-9.]+$", "", source)
    return LICENCES.get(name, "NOASSERTION")


def distribution():
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE))
    return release.get("ID", "linux"), release.get("VERSION_ID", "")


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def described(package, ways, files):
    if package.startswith("/"):
        return {
            "SPDXID": identifier(package),
            "name": package,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION",
            "comment": "; ".join([", ".join(sorted(ways)), "of no package"]),
        }
    vendor, release = distribution()
    facts = facts_of(package)
    quote = urllib.parse.quote
    purl = f"pkg:deb/{vendor}/{quote(package, safe='')}@{quote(facts['version'], safe='')}"
    purl += f"?arch={facts['architecture']}" + (f"&distro={vendor}-{release}" if release else "")
    licence = licence_of(facts["source"])
    shown = sorted({os.path.basename(file) for file in files if not file.endswith((".h", ".hpp")) and ".so" in file})
    return {
        "SPDXID": identifier(package),
        "name": package,
        "versionInfo": facts["version"],
        "supplier": "Organization: " + vendor.capitalize(),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        **({"homepage": facts["homepage"]} if facts["homepage"] else {}),
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "comment": "; ".join([", ".join(sorted(ways)), *shown]),
        "externalRefs": [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl},
        ],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=pathlib.Path, required=True)
    for name in ("build", "program", "link_inputs"):
        parser.add_argument(name, type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("version")
    parser.add_argument("source_date", type=int, help="seconds since 1970")
    asked = parser.parse_args()
    build, program, link_inputs, version = asked.build, asked.program, asked.link_inputs, asked.version
    libraries = paths_of_libraries(program)
    linked = words_of_makefile(link_inputs.read_text())
    ways = {path: DYNAMIC for path in libraries.values() if path.startswith("/")}
    ways |= {path: STATIC for path in linked if path.endswith((".a", ".o")) and path.startswith("/")}
    ways |= dict.fromkeys(headers(build), HEADERS)
    project = pathlib.Path(__file__).resolve().parent.parent
    ways = {path: way for path, way in ways.items() if not pathlib.Path(path).is_relative_to(project)}
    ways = {path: way for path, way in ways.items() if not pathlib.Path(path).is_relative_to(build)}
    owners = owners_of(ways)
    for path in ways.keys() - owners.keys():
        owners[path] = os.path.dirname(path)  # somebody has put it there without a package

    packages = sorted(set(owners.values()))
    of_package = {package: [path for path, owner in owners.items() if owner == package] for package in packages}
    own = identifier("vobiz-syncd")
    relations = {("SPDXRef-DOCUMENT", "DESCRIBES", own)}
    for path, package in owners.items():
        if ways[path] != DYNAMIC:
            relations.add((own, "STATIC_LINK", identifier(package)))
    for name in needed_by(program):
        relations.add((own, "DYNAMIC_LINK", identifier(owners[libraries[name]])))
    for path in libraries.values():
        for name in needed_by(path) if path in owners else []:
            of, on = owners[path], owners[libraries[name]]
            if of != on:
                relations.add((identifier(of), "DEPENDS_ON", identifier(on)))

    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"vobiz-syncd-{version}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(asked.source_date, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: vobiz-syncd-sbom"],
        },
        "packages": [
            {
                "SPDXID": own,
                "name": "vobiz-syncd",
                "versionInfo": version,
                "downloadLocation": "NOASSERTION",
                "filesAnalyzed": False,
                "licenseConcluded": "Apache-2.0",
                "licenseDeclared": "Apache-2.0",
                "copyrightText": "2026 the vobiz-syncd authors",
            },
            *(described(name, {ways[path] for path in of_package[name]}, of_package[name]) for name in packages),
        ],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in sorted(relations)
        ],
    }
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    document["documentNamespace"] = f"https://vobiz-syncd.invalid/spdx/vobiz-syncd-{version}-{digest}"
    asked.output.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
