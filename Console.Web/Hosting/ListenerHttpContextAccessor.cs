namespace ConsoleWeb.Hosting;

/// <summary>
/// The request of the moment, for the console's components. Requests of the proxy have none: a value that follows every step of a call costs
/// something at every step, and nobody on their way asks.
/// </summary>
internal sealed class ListenerHttpContextAccessor : IHttpContextAccessor
{
    private readonly HttpContextAccessor _inner = new();

    public HttpContext? HttpContext
    {
        get => _inner.HttpContext;
        set
        {
            if (value is null ? _inner.HttpContext is not null : value.Features.Get<ListenerFeature>()?.Listener != Listener.Proxy)
            {
                _inner.HttpContext = value;
            }
        }
    }
}
