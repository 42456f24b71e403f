using Gateway.Core.Tests.Upstreams;
using Gateway.Testing;
using Grpc.Core;

namespace Gateway.Core.Tests.Protocols;

/// <summary>What a gRPC client sees when the gateway answers in the server's place.</summary>
public sealed class GrpcRefusalTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, StatusCode, string> Plugins => new()
    {
        { "key-auth", "{}", StatusCode.Unauthenticated, "No API key found in request" },
        { "ip-restriction", """{"deny":["127.0.0.0/8"]}""", StatusCode.PermissionDenied, "IP address not allowed: 127.0.0.1" },
        { "request-size-limiting", """{"allowed_payload_size":1,"size_unit":"bytes"}""", StatusCode.ResourceExhausted, "Request size limit exceeded" },
        { "request-termination", """{"status_code":503,"message":"off: until später"}""", StatusCode.Unavailable, "off: until später" },
        { "request-termination", """{"status_code":403}""", StatusCode.PermissionDenied, "" },
    };

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task Plugin_ThatRefuses_GivesAStatusOfGrpc(string plugin, string config, StatusCode status, string message)
    {
        await using var started = await GrpcGateway.StartAsync(plugin: Forwarding.Plugin(plugin, config));

        var failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(started));

        Assert.Equal(status, failure.StatusCode);
        Assert.Equal(message, failure.Status.Detail);
    }

    [Fact]
    public async Task Plugin_ThatAllows_LetsTheCallPassAndAddsItsHeaders()
    {
        await using var started = await GrpcGateway.StartAsync(plugin: Forwarding.Plugin("rate-limiting", """{"minute":1}"""));

        using var first = started.Channel.CreateCallInvoker().AsyncUnaryCall(GrpcEcho.SayMethod, null, new CallOptions().WithCancellationToken(Ct), "one");
        Assert.Equal("one", await first);
        Assert.Equal("0", (await first.ResponseHeadersAsync).GetValue("x-ratelimit-remaining-minute"));
        var failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(started));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task Server_NobodyListens_IsUnavailable()
    {
        var port = RawUpstream.FindClosedPort();
        await using var started = await GrpcGateway.StartAsync(change: service => service with { Port = port });

        var failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(started));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal("An invalid response was received from the upstream server", failure.Status.Detail);
    }

    [Fact]
    public async Task Server_Silent_IsUnavailable()
    {
        await using var started = await GrpcGateway.StartAsync(change: service => service with { ReadTimeout = 200, WriteTimeout = 200 });

        var failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(started, "wait"));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal("The upstream server is timing out", failure.Status.Detail);
    }

    [Fact]
    public async Task Route_NoneMatches_IsUnimplemented()
    {
        await using var started = await GrpcGateway.StartAsync();
        var elsewhere = new Method<string, string>(MethodType.Unary, "other.Service", "Say", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        using var call = started.Channel.CreateCallInvoker().AsyncUnaryCall(elsewhere, null, new CallOptions().WithCancellationToken(Ct), "x");
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Equal("no Route matched with those values", failure.Status.Detail);
    }

    private static async Task<string> SayAsync(GrpcGateway started, string message = "hello")
    {
        using var call = started.Channel.CreateCallInvoker().AsyncUnaryCall(GrpcEcho.SayMethod, null, new CallOptions().WithCancellationToken(Ct), message);
        return await call.ResponseAsync;
    }
}
