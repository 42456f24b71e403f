using System.Globalization;
using Grpc.Core;

namespace Gateway.Core.Tests.Protocols;

/// <summary>Calls of a real gRPC client through the gateway to a real gRPC server.</summary>
public sealed class GrpcCallTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static CallOptions Options => new CallOptions().WithCancellationToken(Ct);

    [Theory]
    [InlineData("grpc")]
    [InlineData("grpcs")]
    public async Task Unary_MessageHeadersAndTrailers_PassBothWays(string protocol)
    {
        await using var started = await GrpcGateway.StartAsync(protocol);

        using var call = started.Channel.CreateCallInvoker().AsyncUnaryCall(GrpcEcho.SayMethod, null, Options.WithHeaders(new Metadata { { "x-sent", "seen" } }), "hello");

        Assert.Equal("hello", await call.ResponseAsync);
        Assert.Equal("seen", (await call.ResponseHeadersAsync).GetValue("x-head"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("last", call.GetTrailers().GetValue("x-tail"));
        Assert.Equal("0102FF", Convert.ToHexString(call.GetTrailers().GetValueBytes("x-tail-bin")!));
        Assert.Equal("/test.Echo/SayAsync", (await started.Gateway.NextRecordAsync()).UpstreamUri);
    }

    [Fact]
    public async Task Unary_StatusOfTheServer_IsTheClients()
    {
        await using var started = await GrpcGateway.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(started, "fail"));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal("not: now, später", failure.Status.Detail);
        Assert.Equal("last", failure.Trailers.GetValue("x-tail"));
    }

    /// <summary>An answer of trailers alone, such as that for a method the server does not have.</summary>
    [Fact]
    public async Task Unary_TrailersOnly_IsTheClients()
    {
        await using var started = await GrpcGateway.StartAsync();
        var unknown = new Method<string, string>(MethodType.Unary, GrpcEcho.ServiceName, "Unknown", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        using var call = started.Channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, Options, "x");
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Contains("unimplemented", failure.Status.Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Unary_DeadlineOfTheClient_EndsTheCall()
    {
        await using var started = await GrpcGateway.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(started, "wait", Options.WithDeadline(DateTime.UtcNow.AddMilliseconds(200))));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task ServerStream_EveryMessage_ArrivesInOrder()
    {
        await using var started = await GrpcGateway.StartAsync();

        using var call = started.Channel.CreateCallInvoker().AsyncServerStreamingCall(GrpcEcho.CountMethod, null, Options, "500");
        var received = new List<string>();
        await foreach (var message in call.ResponseStream.ReadAllAsync(Ct))
        {
            received.Add(message);
        }

        Assert.Equal(Enumerable.Range(1, 500).Select(i => i.ToString(CultureInfo.InvariantCulture)), received);
    }

    [Fact]
    public async Task ClientStream_EveryMessage_Arrives()
    {
        await using var started = await GrpcGateway.StartAsync();

        using var call = started.Channel.CreateCallInvoker().AsyncClientStreamingCall(GrpcEcho.JoinMethod, null, Options);
        foreach (var part in new[] { "a", "b", new string('c', 200_000) })
        {
            await call.RequestStream.WriteAsync(part, Ct);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal("ab" + new string('c', 200_000), await call.ResponseAsync);
    }

    /// <summary>Each side waits for the other: nothing may be held back on either way, the head of the answer neither.</summary>
    [Fact]
    public async Task Duplex_SidesTakeTurns_NothingIsHeldBack()
    {
        await using var started = await GrpcGateway.StartAsync();

        using var call = started.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcEcho.TalkMethod, null, Options);
        await call.ResponseHeadersAsync.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        foreach (var word in new[] { "one", "two", "three" })
        {
            await call.RequestStream.WriteAsync(word, Ct);
            Assert.True(await call.ResponseStream.MoveNext(Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct));
            Assert.Equal($"re: {word}", call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(Ct));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    /// <summary>The server may end the call while the client still could send.</summary>
    [Fact]
    public async Task Duplex_ServerEndsFirst_ItsStatusIsTheClients()
    {
        await using var started = await GrpcGateway.StartAsync();

        using var call = started.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcEcho.TalkMethod, null, Options);
        await call.RequestStream.WriteAsync("stop", Ct);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct));

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        Assert.Equal("stopped", failure.Status.Detail);
    }

    private static async Task<string> SayAsync(GrpcGateway started, string message, CallOptions? options = null)
    {
        using var call = started.Channel.CreateCallInvoker().AsyncUnaryCall(GrpcEcho.SayMethod, null, options ?? Options, message);
        return await call.ResponseAsync;
    }
}
