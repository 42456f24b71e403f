using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Upstreams;

/// <summary>
/// Tells a client that left from a connection that the gateway itself aborted: afterwards both look the same in
/// <see cref="HttpContext.RequestAborted"/>.
/// </summary>
internal sealed class LifetimeProbe : IHttpRequestLifetimeFeature, IHttpResetFeature
{
    private readonly IHttpRequestLifetimeFeature _lifetime;
    private readonly IHttpResetFeature? _reset;
    private bool? _hadLeft;

    private LifetimeProbe(IHttpRequestLifetimeFeature lifetime, IHttpResetFeature? reset)
    {
        _lifetime = lifetime;
        _reset = reset;
    }

    /// <summary>Whether the client had left before the gateway gave the connection up.</summary>
    public bool HasClientLeft => _hadLeft ?? RequestAborted.IsCancellationRequested;

    public CancellationToken RequestAborted
    {
        get => _lifetime.RequestAborted;
        set => _lifetime.RequestAborted = value;
    }

    public static LifetimeProbe Install(HttpContext http)
    {
        var reset = http.Features.Get<IHttpResetFeature>();
        var probe = new LifetimeProbe(http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>(), reset);
        http.Features.Set<IHttpRequestLifetimeFeature>(probe);
        if (reset is not null)
        {
            http.Features.Set<IHttpResetFeature>(probe);
        }

        return probe;
    }

    public void Abort()
    {
        _hadLeft ??= RequestAborted.IsCancellationRequested;
        _lifetime.Abort();
    }

    public void Reset(int errorCode)
    {
        _hadLeft ??= RequestAborted.IsCancellationRequested;
        _reset!.Reset(errorCode);
    }
}
