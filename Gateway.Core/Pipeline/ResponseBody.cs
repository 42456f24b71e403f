using System.Diagnostics.CodeAnalysis;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Pipeline;

/// <summary>
/// The response body on its way to the client. Bytes go straight through until a plugin asks to change them: then they are held back,
/// changed once they are whole, and sent with their new length.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Release gives the memory back with the rest of the request's.")]
internal sealed class ResponseBody(GatewayContext context)
{
    /// <summary>A body that is longer passes unchanged.</summary>
    public const int MaxHeld = 32 * 1024 * 1024;

    private readonly List<Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> _changes = [];
    private HeldStream? _held;
    private IResponseWatcher? _watcher;
    private bool _isWatching;

    /// <summary>
    /// Shows the answer to a watcher as it was made, whatever plugins change in it later, and delays nothing. Ask in the access phase;
    /// there is one watcher for each request.
    /// </summary>
    public void Watch(IResponseWatcher watcher) => _watcher = watcher;

    /// <summary>
    /// Changes the body. Changes of several plugins run in their order of execution. Never for an endless body such as
    /// <c>text/event-stream</c>, which would be held back to its end.
    /// </summary>
    /// <param name="change">Gets the body, empty when there is none, and returns the one to send.</param>
    public void Change(Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change)
    {
        if (_held is null)
        {
            var response = context.Http.Response;
            _held = new HeldStream(response.Body, MaxHeld);
            response.Body = _held;
        }

        _changes.Add(change);
    }

    /// <summary>The header phase begins, perhaps anew: another answer takes the place of the one that was on its way.</summary>
    internal void BeginHeaders()
    {
        _changes.Clear();
        _watcher?.Head(context.Http.Response);
    }

    /// <summary>The header phase is over. The watcher stands before what holds the body back, so that it sees the bytes unchanged.</summary>
    internal void EndHeaders()
    {
        if (_watcher is not null && !_isWatching)
        {
            _isWatching = true;
            context.Http.Response.Body = new WatchedStream(context.Http.Response.Body, _watcher);
        }
    }

    internal async ValueTask CompleteAsync()
    {
        await SendHeldAsync();
        EndWatch(!context.Aborted.IsCancellationRequested && context.Record.Outcome is RequestOutcome.InFlight or RequestOutcome.Ok);
    }

    internal void Release()
    {
        EndWatch(isWhole: false);
        _held?.Release();
    }

    private void EndWatch(bool isWhole)
    {
        _watcher?.End(isWhole);
        _watcher = null;
    }

    private async ValueTask SendHeldAsync()
    {
        if (_held is not { } held)
        {
            return;
        }

        var response = context.Http.Response;
        response.Body = held.Inner;
        if (held.IsPassing || context.Aborted.IsCancellationRequested)
        {
            return;
        }

        var body = held.Written;
        foreach (var change in _changes)
        {
            body = change(body);
        }

        if (HttpMethods.IsHead(context.Http.Request.Method) || response.StatusCode is < 200 or StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        response.ContentLength = body.Length;
        context.Record.ResponseSize = body.Length;
        await response.Body.WriteAsync(body, context.Aborted);
    }
}
