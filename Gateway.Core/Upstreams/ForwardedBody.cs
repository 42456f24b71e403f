using System.Runtime.InteropServices;
using Gateway.Core.Pipeline;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Upstreams;

/// <summary>The request body on its way upstream: kept for further tries while it is small, streamed through while it is not.</summary>
internal sealed class ForwardedBody
{
    /// <summary>Largest body that is read before the upstream is called, in bytes. A larger one streams and is sent at most once.</summary>
    public const int MaxBuffered = 1024 * 1024;

    private readonly GatewayContext _context;
    private readonly ReadOnlyMemory<byte>? _whole;
    private readonly TouchedStream? _stream;

    private ForwardedBody(GatewayContext context, ReadOnlyMemory<byte>? whole, TouchedStream? stream)
    {
        _context = context;
        _whole = whole;
        _stream = stream;
    }

    /// <summary>Whether the body is at hand whole, or there is none.</summary>
    public bool IsBuffered => _stream is null;

    /// <summary>Whether the body can be sent again.</summary>
    public bool CanRepeat => _stream is not { IsTouched: true };

    public static async ValueTask<ForwardedBody> PrepareAsync(GatewayContext context)
    {
        var request = context.Http.Request;
        if (context.Body.Whole is null
            && context.Route is { RequestBuffering: true }
            && request.ContentLength is > 0 and <= MaxBuffered)
        {
            await context.Body.ReadAsync(MaxBuffered, context.Aborted);
        }

        if (context.Body.Whole is { } whole)
        {
            request.ContentLength = whole.Length;
            request.Headers.Remove("Transfer-Encoding");
            context.Http.Features.Set<IHttpRequestBodyDetectionFeature>(new RequestBodyFeature(whole.Length > 0));
            return new ForwardedBody(context, whole, null);
        }

        var hasBody = context.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? request.ContentLength > 0;
        if (!hasBody)
        {
            return new ForwardedBody(context, null, null);
        }

        var stream = new TouchedStream(request.Body);
        request.Body = stream;
        return new ForwardedBody(context, null, stream);
    }

    /// <summary>Puts the body at its beginning, before each try.</summary>
    public void Rewind()
    {
        if (_whole is { } whole)
        {
            _context.Http.Request.Body = MemoryMarshal.TryGetArray(whole, out var segment)
                ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
                : new MemoryStream(whole.ToArray(), writable: false);
        }
    }
}
