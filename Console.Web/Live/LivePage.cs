using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ConsoleWeb.Live;

/// <summary>
/// Base of pages that follow something live. Events only signal; the page reads and renders at most four times a second, and stops
/// altogether while its browser is gone.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private IDisposable[] _subscriptions = [];
    private ITimer? _timer;
    private int _dirty;
    private long? _readAt;
    private TimeSpan _lastDrawing;
    private bool _isBusy;

    /// <summary>The token outlives its source: a page that was left while it was reading still asks for it.</summary>
    protected LivePage() => Stopping = _stopping.Token;

    [Inject]
    protected TimeProvider Time { get; set; } = default!;

    [Inject]
    protected IJSRuntime Js { get; set; } = default!;

    [Inject]
    private LiveBudget Budget { get; set; } = default!;

    [Inject]
    private ConnectionState Connection { get; set; } = default!;

    [Inject]
    private ILogger<LivePage> Logger { get; set; } = default!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Stopping { get; }

    /// <summary>How long what is drawn stands at least.</summary>
    protected virtual TimeSpan Pace => TimeSpan.Zero;

    /// <summary>The time zone of the person, as the browser says.</summary>
    protected TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _stopping.CancelAsync();
        Connection.Changed -= OnConnectionChanged;
        Unsubscribe();
        _stopping.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById(await Js.InvokeAsync<string>("gatehouse.timeZone"));
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException or JSException)
        {
            Zone = TimeZoneInfo.Utc;
        }

        // The page may have been left before the browser has answered; nobody would end what begins here.
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        Connection.Changed += OnConnectionChanged;
        Resubscribe();
        Signal();
        StateHasChanged();
    }

    /// <summary>Subscribes to everything the page follows.</summary>
    protected abstract IEnumerable<IDisposable> Subscribe(Action signal);

    /// <summary>Reads what has changed.</summary>
    /// <returns>Whether the page must be rendered.</returns>
    protected abstract Task<bool> RefreshAsync();

    /// <summary>Asks for a refresh at the next tick.</summary>
    protected void Signal() => Volatile.Write(ref _dirty, 1);

    private void OnConnectionChanged()
    {
        if (Connection.IsUp)
        {
            Resubscribe();
            Signal();
        }
        else
        {
            Unsubscribe();
        }
    }

    private void Resubscribe()
    {
        Unsubscribe();
        _subscriptions = [.. Subscribe(Signal)];
        _timer = Time.CreateTimer(_ => _ = TickAsync(), null, Interval, Interval);
    }

    private void Unsubscribe()
    {
        _timer?.Dispose();
        _timer = null;
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        _subscriptions = [];
    }

    private async Task TickAsync()
    {
        if (Interlocked.Exchange(ref _dirty, 0) == 0 || _stopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await InvokeAsync(async () =>
            {
                if (_isBusy || (_readAt is { } readAt && Time.GetElapsedTime(readAt) < Pace))
                {
                    Signal();
                    return;
                }

                _isBusy = true;
                try
                {
                    await Budget.WaitAsync(_lastDrawing, Stopping);
                    _readAt = Time.GetTimestamp();
                    if (await RefreshAsync())
                    {
                        var began = Stopwatch.GetTimestamp();
                        StateHasChanged();
                        _lastDrawing = Stopwatch.GetElapsedTime(began);
                    }
                }
                finally
                {
                    _isBusy = false;
                }
            });
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or JSDisconnectedException)
        {
            // The page was left in the middle of a refresh.
        }
        catch (Exception exception)
        {
            LiveLog.RefreshFailed(Logger, exception);
        }
    }
}

internal static partial class LiveLog
{
    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "A live page could not be refreshed")]
    public static partial void RefreshFailed(ILogger logger, Exception exception);
}
