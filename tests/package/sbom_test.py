#!/usr/bin/env python3
"""sbom_test.py BUILD PACKAGE_CONTENTS: compares the list of what the program is made of with the program itself.

PACKAGE_CONTENTS is the folder into which the Debian package was unpacked.
"""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

build, contents = (pathlib.Path(argument) for argument in sys.argv[1:3])
program = contents / "usr/bin/vobiz-syncd"
listed_in = contents / "usr/share/doc/vobiz-syncd/vobiz-syncd.spdx.json"
problems = []


def expect(holds, what):
    if not holds:
        problems.append(what)


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read(path):
    plain = pathlib.Path(path)
    return plain.read_bytes() if plain.exists() else gzip.decompress(plain.with_name(plain.name + ".gz").read_bytes())


text = read(listed_in)
document = json.loads(text)
packages = {package["SPDXID"]: package for package in document["packages"]}
relations = {
    (one["spdxElementId"], one["relationshipType"], one["relatedSpdxElement"]) for one in document["relationships"]
}

# The form: what the schema of SPDX 2.3 asks of a document, a package and a relationship.
expect(document["spdxVersion"] == "SPDX-2.3" and document["dataLicense"] == "CC0-1.0", "it is no SPDX 2.3")
expect(document["SPDXID"] == "SPDXRef-DOCUMENT", "the document has another identifier")
expect(re.fullmatch(r"https://\S+", document["documentNamespace"]), "the document has no namespace")
expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["creationInfo"]["created"]), "no time of creation")
expect(document["creationInfo"]["creators"], "nobody has created it")
expect(len(packages) == len(document["packages"]), "two packages have one identifier")
for identifier, package in packages.items():
    name = package["name"]
    expect(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", identifier), f"{name}: the identifier is malformed")
    for key in ("versionInfo", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"):
        expect(package.get(key), f"{name}: there is no {key}")
    expect(package["licenseDeclared"] != "NOASSERTION", f"{name}: its licence is not known")
for one, _, other in relations:
    for identifier in (one, other):
        expect(identifier in packages or identifier == "SPDXRef-DOCUMENT", f"{identifier} is in a relation only")
expect(("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-vobiz-syncd") in relations, "it does not describe vobiz-syncd")
related = {identifier for relation in relations for identifier in relation}
expect(not packages.keys() - related, f"nothing refers to {sorted(packages.keys() - related)}")

# Each package is one of Debian's that is installed here, at that version.
for package in document["packages"]:
    name = package["name"]
    if name == "vobiz-syncd":
        continue
    version = output_of("dpkg-query", "-W", "-f", "${Version}\n", name).split("\n")[0]
    expect(package["versionInfo"] == version, f"{name}: installed is {version}, not {package['versionInfo']}")
    (reference,) = package["externalRefs"]
    expect(reference["referenceType"] == "purl", f"{name} has no purl")
    locator = reference["referenceLocator"]
    form = r"pkg:deb/[a-z]+/[a-zA-Z0-9.%+-]+@[\w.%~-]+\?arch=\w+&distro=\S+"
    expect(re.fullmatch(form, locator), f"{locator} is no purl")


def linked_libraries(relation):
    found = set()
    for one, kind, other in relations:
        if one == "SPDXRef-vobiz-syncd" and kind == relation:
            found.update(packages[other]["comment"].split("; ")[1:])
    return found


# Each library that the loader takes for the program, and no other.
needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", output_of("readelf", "-dW", str(program))))
expect(len(needed) > 10, f"readelf shows these libraries only: {needed}")
listed = {os.path.basename(library) for library in linked_libraries("DYNAMIC_LINK")}
# A package has more libraries than the program needs itself.
expect(needed <= listed, f"these libraries are not listed: {sorted(needed - listed)}")
loaded = set(re.findall(r"^\s*(\S+?)(?: =>| \()", output_of("ldd", str(program)), re.MULTILINE))
loaded = {os.path.basename(library) for library in loaded} - {"linux-vdso.so.1"}
shown = {library for package in packages.values() for library in package.get("comment", "").split("; ")[1:]}
expect(loaded == shown, f"the loader takes {sorted(loaded ^ shown)} or the list has them")

# What is compiled into the program: libraries of headers, the compiler's own, start-up code.
compiled_in = {packages[other]["name"] for _, kind, other in relations if kind == "STATIC_LINK"}
for wanted in (r"libboost[0-9.]+-dev", "libcli11-dev", "libspdlog-dev", "libfmt-dev", "libpqxx-dev", "libyaml-cpp-dev",
               "libssl-dev", "zlib1g-dev", r"libstdc\+\+-\d+-dev", r"libgcc-\d+-dev", "libc6-dev"):
    expect(any(re.fullmatch(wanted, name) for name in compiled_in), f"no package {wanted} is listed as compiled in")
expect(not any("gtest" in name or "gmock" in name for name in compiled_in), "libraries of the tests are listed")

# The same build gives the same bytes.
with tempfile.TemporaryDirectory() as folder:
    again = pathlib.Path(folder) / "again.json"
    script = pathlib.Path(__file__).parents[2] / "packaging/sbom.py"
    version = packages["SPDXRef-vobiz-syncd"]["versionInfo"]
    created = document["creationInfo"]["created"]
    seconds = output_of("date", "-u", "-d", created, "+%s").strip()
    output_of(sys.executable, str(script), "--output", str(again), str(build), str(build / "vobiz-syncd"),
              str(build / "vobiz-syncd.link"), version, seconds)
    expect(again.read_bytes() == text, "another run lists something else")

for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
