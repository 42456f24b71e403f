using System.Net.Http.Headers;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Pricing;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Core.Upstreams;
using Gateway.Shared.Logging;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>One attempt at one target: the upstream request made for it, and what its answer needs. Made by <see cref="LlmAttemptBuilder"/>.</summary>
internal sealed class LlmAttempt : IDisposable
{
    private PooledBuffer? _buffer;

    public required LlmTarget Target { get; init; }

    /// <summary>Model as sent upstream; null when none is known.</summary>
    public required string? Model { get; init; }

    public required PriceBook Prices { get; init; }

    public required UpstreamAddress Address { get; init; }

    public required LlmFormat UpstreamFormat { get; init; }

    /// <summary>Null: client and upstream speak one format, or the body passes unread.</summary>
    public ILlmCodec? Codec { get; init; }

    public LlmTranslation? Translation { get; init; }

    /// <summary>Whether a usage chunk that only the gateway asked for is kept from the client.</summary>
    public bool HidesUsage { get; init; }

    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Whether the gateway's own credential went out.</summary>
    public bool HoldsKey { get; init; }

    public required UpstreamRequest Message { get; init; }

    /// <summary>Null for requests without a body.</summary>
    public LlmContent? Content { get; init; }

    /// <summary>The body as sent upstream.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required TimeSpan WriteTimeout { get; init; }

    /// <summary>Longest wait for the response head, and between two reads of its body.</summary>
    public required TimeSpan ReadTimeout { get; init; }

    public required CallTimer Timer { get; init; }

    public UpstreamTry? Try { get; private set; }

    public TriedTarget? Tried { get; private set; }

    public long StartTimestamp { get; private set; }

    /// <summary>Whether the request may have left the gateway.</summary>
    public bool MayBeSent => Content?.IsStarted ?? true;

    /// <summary>The secret that went out, for taking it out of what comes back; null when the gateway holds none.</summary>
    public string? Secret => !HoldsKey ? null : SecretOf(Target.Auth.HeaderValue ?? Target.Auth.ParamValue);

    /// <summary>Keeps a pooled buffer alive as long as the attempt.</summary>
    public void Own(PooledBuffer buffer) => _buffer = buffer;

    /// <summary>Sends the request and waits for the response head.</summary>
    public async Task<HttpResponseMessage> SendAsync(GatewayContext context, UpstreamClients clients, bool listsTargets)
    {
        var record = context.Record;
        var time = context.Time;
        StartTimestamp = time.GetTimestamp();
        var now = time.GetUtcNow();
        Try = new UpstreamTry
        {
            Port = Address.Port,
            BalancerStartMs = now.ToUnixTimeMilliseconds(),
            BalancerStartNs = (now - DateTimeOffset.UnixEpoch).Ticks * 100,
        };
        record.Tries.Add(Try);
        record.UpstreamUri = Address.Path + Address.Query;
        if (listsTargets)
        {
            Tried = new TriedTarget
            {
                Host = Address.Host,
                Port = Address.Port,
                UpstreamScheme = Address.Scheme,
                UpstreamUri = Address.Path,
                RouteType = Target.RouteType,
                Provider = Target.Provider.Name,
                Model = Target.Model is null ? null : Model,
            };
            (record.Llm!.TriedTargets ??= []).Add(Tried);
        }

        Message.Try = Try;
        var client = context.Service is { } service && context.Snapshot.ServiceTls.Find(service, isCareful: true) is { } tls
            ? clients.For(tls, ConnectTimeout)
            : clients.Get(context.Service?.TlsVerify ?? true, ConnectTimeout);
        if (Content is null)
        {
            Timer.Arm(ConnectTimeout + ReadTimeout);
        }
        else
        {
            Timer.Arm(ConnectTimeout + WriteTimeout);
            Content.Sent = () => Timer.Arm(ReadTimeout);
        }

        context.BeforeSend?.Invoke(Message);
        record.Timings.UpstreamSent = context.ElapsedMs;
        try
        {
            var response = await client.SendAsync(Message, Timer.Token);
            record.Timings.UpstreamHeaders = context.ElapsedMs;
            return response;
        }
        finally
        {
            if (Content is not null)
            {
                Content.Sent = null;
            }

            Try.Ip ??= clients.Connector.FindAddress(Address.Host.Trim('[', ']'), Address.Port);
            if (Tried is not null)
            {
                Tried.Ip = Try.Ip;
            }
        }
    }

    /// <summary>Notes in the record that the attempt failed.</summary>
    /// <param name="status">Upstream's status, or the one made for a fault.</param>
    public void NoteFailure(GatewayContext context, int status, string error)
    {
        Try!.State = "failed";
        Try.Code = status;
        Try.EndedMs = context.ElapsedMs;
        if (Tried is not null)
        {
            Tried.Status = status;
            Tried.Error = error;
            Tried.DurationMs = Math.Round(context.Time.GetElapsedTime(StartTimestamp).TotalMilliseconds, 3);
        }
    }

    public void Dispose()
    {
        Timer.Dispose();
        Message.Dispose();
        if (Content is null or { IsReleased: true })
        {
            _buffer?.Dispose();
        }

        // An upstream that answered early may still be sent the rest; its memory must not serve another request meanwhile.
    }

    private static string? SecretOf(string? value)
    {
        // Short values would be found in innocent text.
        const int shortest = 8;
        if (value is null)
        {
            return null;
        }

        var secret = AuthenticationHeaderValue.TryParse(value, out var parsed) && parsed.Parameter is { Length: > 0 } parameter ? parameter : value;
        return secret.Length >= shortest ? secret : null;
    }
}
