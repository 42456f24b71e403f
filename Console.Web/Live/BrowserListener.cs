using Microsoft.JSInterop;

namespace ConsoleWeb.Live;

/// <summary>
/// A listener of a component in its browser. A person may have left the page before the browser has answered; then the listener ends as
/// soon as it exists, and nothing is asked of a component that is gone.
/// </summary>
internal sealed class BrowserListener(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _listener;
    private bool _isEnded;

    /// <summary>Listens, in place of what was listened to before.</summary>
    /// <param name="function">A function of the page's scripts that answers an object with <c>dispose</c>.</param>
    public async Task ListenAsync(string function, params object?[] arguments)
    {
        await StopAsync();
        if (_isEnded)
        {
            return;
        }

        _listener = await js.InvokeAsync<IJSObjectReference>(function, arguments);
        if (_isEnded)
        {
            await StopAsync();
        }
    }

    /// <summary>Stops listening, for now.</summary>
    public async Task StopAsync()
    {
        if (_listener is { } listener)
        {
            _listener = null;
            await listener.InvokeVoidAsync("dispose");
            await listener.DisposeAsync();
        }
    }

    /// <summary>Stops listening for good. Called before what the listener reports to is disposed of.</summary>
    public async ValueTask DisposeAsync()
    {
        _isEnded = true;
        try
        {
            await StopAsync();
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has gone; so have its listeners.
        }
    }
}
