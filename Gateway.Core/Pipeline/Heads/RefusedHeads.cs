using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Pipeline.Heads;

/// <summary>
/// Learns which requests the server itself refuses: no head that can be read, too long a target, too many headers, no head in time. No
/// handler ever sees them, and the server would answer without a body.
/// </summary>
internal sealed class RefusedHeads : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly IDisposable _subscription;
    private long _count;

    public RefusedHeads(DiagnosticListener server) => _subscription = server.Subscribe(this, static name => name == BadRequest);

    /// <summary>Refused so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: BadRequest, Value: IFeatureCollection features })
        {
            Interlocked.Increment(ref _count);
            if (features.Get<IHttpRequestFeature>()?.Method != "HEAD")
            {
                features.Get<RefusalOutput>()?.Expect();
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription.Dispose();
}
