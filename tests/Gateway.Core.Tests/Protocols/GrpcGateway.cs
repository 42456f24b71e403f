using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Upstreams;
using Gateway.Shared.Contracts;
using Gateway.Testing;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Protocols;

/// <summary>A gateway with TLS before a real gRPC server, and a client of it.</summary>
internal sealed class GrpcGateway : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _server;
    private readonly HttpClient _http;

    private GrpcGateway(X509Certificate2 certificate, WebApplication server, GatewayHost gateway)
    {
        (_certificate, _server, Gateway) = (certificate, server, gateway);
        _http = GatewayTls.Client(gateway, certificate);
        Channel = GrpcChannel.ForAddress($"https://localhost:{gateway.Address.Port}", new GrpcChannelOptions { HttpClient = _http });
    }

    public GatewayHost Gateway { get; }

    public GrpcChannel Channel { get; }

    /// <param name="protocol">Of the service: grpc or grpcs.</param>
    /// <param name="change">What is special about the service.</param>
    public static async Task<GrpcGateway> StartAsync(string protocol = "grpc", Func<ServiceConfig, ServiceConfig>? change = null, PluginConfig? plugin = null)
    {
        var certificate = TestCertificate.Create();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            if (protocol == "grpcs")
            {
                listener.UseHttps(certificate);
            }
        }));
        var server = builder.Build();
        server.MapGrpcService<GrpcEcho>();
        await server.StartAsync();
        var port = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

        var service = Forwarding.Service(port) with { Protocol = protocol };
        var route = Forwarding.Route($"/{GrpcEcho.ServiceName}") with { Protocols = ["grpc", "grpcs"], StripPath = false };
        var config = Forwarding.Config(change?.Invoke(service) ?? service, route, plugin is null ? [] : [plugin]);
        return new GrpcGateway(certificate, server, await GatewayHost.StartAsync(config, certificate));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        _http.Dispose();
        await Gateway.DisposeAsync();
        await _server.DisposeAsync();
        _certificate.Dispose();
    }
}
