using System.Globalization;
using System.Text;
using Grpc.Core;

namespace Gateway.Core.Tests.Protocols;

/// <summary>A service with one method of each of gRPC's four kinds, virtual because the server binds no others. Messages are texts.</summary>
[BindServiceMethod(typeof(GrpcEcho), nameof(Bind))]
internal class GrpcEcho
{
    public const string ServiceName = "test.Echo";

    public static readonly Method<string, string> SayMethod = Create(MethodType.Unary, nameof(SayAsync));
    public static readonly Method<string, string> CountMethod = Create(MethodType.ServerStreaming, nameof(CountAsync));
    public static readonly Method<string, string> JoinMethod = Create(MethodType.ClientStreaming, nameof(JoinAsync));
    public static readonly Method<string, string> TalkMethod = Create(MethodType.DuplexStreaming, nameof(TalkAsync));

    public static void Bind(ServiceBinderBase binder, GrpcEcho? service)
    {
        binder.AddMethod(SayMethod, service is null ? null : new UnaryServerMethod<string, string>(service.SayAsync));
        binder.AddMethod(CountMethod, service is null ? null : new ServerStreamingServerMethod<string, string>(service.CountAsync));
        binder.AddMethod(JoinMethod, service is null ? null : new ClientStreamingServerMethod<string, string>(service.JoinAsync));
        binder.AddMethod(TalkMethod, service is null ? null : new DuplexStreamingServerMethod<string, string>(service.TalkAsync));
    }

    /// <summary>Answers with the message and, in headers and trailers, what the call carried. <c>fail</c> fails, <c>wait</c> waits for ever.</summary>
    public virtual async Task<string> SayAsync(string request, ServerCallContext context)
    {
        if (request == "wait")
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        await context.WriteResponseHeadersAsync(new Metadata { { "x-head", context.RequestHeaders.GetValue("x-sent") ?? "" } });
        context.ResponseTrailers.Add("x-tail", "last");
        context.ResponseTrailers.Add("x-tail-bin", [1, 2, 255]);
        return request == "fail" ? throw new RpcException(new Status(StatusCode.FailedPrecondition, "not: now, später")) : request;
    }

    /// <summary>Sends as many messages as the request says.</summary>
    public virtual async Task CountAsync(string request, IServerStreamWriter<string> answer, ServerCallContext context)
    {
        for (var i = 1; i <= int.Parse(request, CultureInfo.InvariantCulture); i++)
        {
            await answer.WriteAsync($"{i}", context.CancellationToken);
        }
    }

    public virtual async Task<string> JoinAsync(IAsyncStreamReader<string> requests, ServerCallContext context)
    {
        var joined = new StringBuilder();
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
        {
            joined.Append(request);
        }

        return joined.ToString();
    }

    /// <summary>Sends its headers at once, then an answer to each message before it reads the next one; <c>stop</c> ends the call.</summary>
    public virtual async Task TalkAsync(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answer, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync([]);
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
        {
            if (request == "stop")
            {
                throw new RpcException(new Status(StatusCode.Aborted, "stopped"));
            }

            await answer.WriteAsync($"re: {request}", context.CancellationToken);
        }
    }

    private static Method<string, string> Create(MethodType type, string name) =>
        new(type, ServiceName, name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}
