#!/usr/bin/env python3
"""Looks at everything that comes from others: known weaknesses, licences, and whether the lock files pin contents.

Exit code 1: something is wrong. A check that cannot be made here (no source of advisories) is named and fails nothing.
The findings go to artifacts/audit.json for the scorecard.
"""
import glob
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Licences that allow what this product does with the packages, without a duty beyond naming them.
ALLOWED = {"MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Unlicense", "BlueOak-1.0.0", "CC0-1.0", "MPL-2.0", "Zlib", "PostgreSQL"}

# Packages whose metadata names a file or an address in the place of a licence, and what that is.
READ_BY_HAND = {}


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)


def vulnerable():
    """Packages with known weaknesses, by severity; None and a reason when nobody can be asked."""
    # The list is silent about a source that has no advisories; a restore that is forced to look says so.
    asked = run("dotnet", "restore", "Shared", "--force", "-p:NuGetAudit=true", "-p:NuGetAuditMode=all")
    silent = [line.strip() for line in asked.stdout.splitlines() if "NU1900" in line or "NU1905" in line]
    if silent:
        return None, silent[:1]
    result = run("dotnet", "list", "Console.sln", "package", "--vulnerable", "--include-transitive", "--format", "json")
    try:
        report = json.loads(result.stdout[result.stdout.index("{"):])
    except ValueError:
        return None, (result.stderr or result.stdout).strip().splitlines()[-1:] or ["no answer"]
    problems = [p["text"] for p in report.get("problems", []) if p.get("level") == "error" or "NU1900" in p.get("text", "")]
    if problems:
        return None, problems[:1]
    found = {}
    for project in report.get("projects", []):
        for framework in project.get("frameworks", []):
            for kind in ("topLevelPackages", "transitivePackages"):
                for package in framework.get(kind, []):
                    for weakness in package.get("vulnerabilities", []):
                        found[(package["id"], package["resolvedVersion"])] = (weakness["severity"], weakness["advisoryurl"])
    return found, []


def licences():
    """Every package of the product with its licence expression."""
    result = run("release/sbom.sh")
    if result.returncode != 0:
        return None, (result.stderr or "no answer").strip().splitlines()[-1]
    with open(os.path.join(ROOT, "artifacts", "sbom.json"), encoding="utf-8-sig") as file:
        components = json.load(file)["components"]
    found = {}
    for component in components:
        names = [entry.get("expression") or entry["license"].get("id") or entry["license"].get("name") or "?" for entry in component.get("licenses", [])]
        found[f"{component['name']} {component['version']}"] = " AND ".join(names) or READ_BY_HAND.get(component["name"], "?")
    return found, None


def is_allowed(expression):
    words = expression.replace("(", " ").replace(")", " ").split()
    alternatives = " ".join(words).split(" OR ")
    return any(all(part.strip() in ALLOWED for part in alternative.split(" AND ")) for alternative in alternatives)


def npm_problems():
    """Entries of the npm lock files that pin no content or come in the clear, and the number of entries."""
    problems, count = [], 0
    for path in glob.glob(os.path.join(ROOT, "**", "package-lock.json"), recursive=True):
        if "node_modules" in path:
            continue
        with open(path, encoding="utf-8") as file:
            packages = json.load(file)["packages"]
        for name, entry in packages.items():
            if not name or entry.get("link"):
                continue
            count += 1
            where = f"{os.path.relpath(path, ROOT)}: {name}"
            if not entry.get("integrity", "").startswith("sha512-"):
                problems.append(f"{where} has no SHA-512")
            if entry.get("resolved") and not entry["resolved"].startswith("https://"):
                problems.append(f"{where} does not come over https")
    return problems, count


def nuget_problems():
    """Locked packages without a content hash, and the number of packages. A locked restore compares the hashes."""
    problems, count = [], 0
    for path in glob.glob(os.path.join(ROOT, "**", "packages.lock.json"), recursive=True):
        with open(path, encoding="utf-8") as file:
            for packages in json.load(file)["dependencies"].values():
                for name, entry in packages.items():
                    if entry["type"] == "Project":
                        continue
                    count += 1
                    if not entry.get("contentHash"):
                        problems.append(f"{os.path.relpath(path, ROOT)}: {name} has no content hash")
    restore = run("dotnet", "restore", "Console.sln", "--locked-mode", "-v", "quiet")
    if restore.returncode != 0:
        problems.append("a locked restore fails: " + (restore.stdout + restore.stderr).strip()[:300])
    return problems, count


def main():
    failed = False
    report = {}

    found, reasons = vulnerable()
    if found is None:
        print(f"Known weaknesses: NOT CHECKED, no source of advisories answers ({'; '.join(reasons)})")
        report["vulnerable"] = None
    else:
        grave = {k: v for k, v in found.items() if v[0] in ("High", "Critical")}
        print(f"Known weaknesses: {len(found)}, of which high or critical {len(grave)}")
        for (name, version), (severity, address) in sorted(found.items()):
            print(f"  {severity}: {name} {version} {address}")
        report["vulnerable"] = {"all": len(found), "high_or_critical": len(grave)}
        failed |= bool(grave)

    found, reason = licences()
    if found is None:
        print(f"Licences: NOT CHECKED ({reason})")
    else:
        others = {k: v for k, v in found.items() if not is_allowed(v)}
        print(f"Licences: {len(found)} packages, {', '.join(sorted(set(found.values())))}")
        for name, licence in sorted(others.items()):
            print(f"  not on the list: {name} ({licence})")
        failed |= bool(others)
    report["licences"] = None if found is None else {"packages": len(found), "others": sorted(others)}

    for kind, (problems, count) in (("npm", npm_problems()), ("NuGet", nuget_problems())):
        print(f"Lock files of {kind}: {count} entries, {len(problems)} problems")
        for problem in problems:
            print(f"  {problem}")
        report[kind.lower()] = {"entries": count, "problems": problems}
        failed |= bool(problems)

    os.makedirs(os.path.join(ROOT, "artifacts"), exist_ok=True)
    with open(os.path.join(ROOT, "artifacts", "audit.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
    print("Failed." if failed else "Passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
