# The published product as one image. The console and the Admin API stay on the container's loopback unless told
# otherwise; only the proxy is meant for other hosts.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY Shared/Shared.csproj Shared/packages.lock.json Shared/
COPY Gateway.Core/Gateway.Core.csproj Gateway.Core/packages.lock.json Gateway.Core/
COPY Console.Web/Console.Web.csproj Console.Web/Precompile.targets Console.Web/packages.lock.json Console.Web/
RUN dotnet restore Console.Web --locked-mode -p:Precompile=true
COPY Shared/ Shared/
COPY Gateway.Core/ Gateway.Core/
COPY Console.Web/ Console.Web/
RUN dotnet publish Console.Web -c Release --no-restore -p:Precompile=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN groupadd --gid 10001 gatehouse \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin gatehouse \
 && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /app /app
USER 10001:10001
WORKDIR /app
VOLUME /data
ENV Gateway__Data=/data \
    Gateway__Proxy__Url=http://0.0.0.0:8000 \
    DOTNET_EnableDiagnostics=0
# 8443 answers when Gateway__Proxy__TlsUrl=https://0.0.0.0:8443 is given.
EXPOSE 8000 8443
# The image has no curl; bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8001 && printf 'GET /status/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "gatehouse.dll"]
