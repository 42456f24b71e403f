#!/usr/bin/env bash
# Writes the bill of materials of the product (CycloneDX, JSON) to artifacts/sbom.json, from what is locked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
dotnet tool restore >&2
dotnet restore Console.Web --locked-mode -v quiet >&2
mkdir -p artifacts
dotnet dotnet-CycloneDX Console.Web/Console.Web.csproj -o artifacts -fn sbom.json -F Json --disable-package-restore --exclude-dev --set-name gatehouse --set-version "$version" >&2
echo artifacts/sbom.json
