using System.Runtime.InteropServices;
using ConsoleWeb.Options;
using Gateway.Core.Pipeline;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Hosting;

/// <summary>
/// The end of the process: readiness ends at once, new connections are refused, running calls end in their own time, and what is left
/// when that is over is cut as an error and recorded as <c>shutdown</c>. A second signal makes the time end now.
/// </summary>
internal sealed partial class Drain(
    ConnectionCounts connections, ShutdownState state, IHostApplicationLifetime lifetime, IOptions<DrainOptions> options, TimeProvider time, ILogger<Drain> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _hurry = new();
    private ITimer? _deadline;
    private int _signals;
    private long _cut;
    private volatile bool _hasBegun;

    /// <summary>Whether the process is on its way out.</summary>
    public bool HasBegun => _hasBegun || lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Calls that did not end in time.</summary>
    public long CutCalls => Interlocked.Read(ref _cut);

    /// <summary>Watches the signals that end a process; the host itself answers the first one.</summary>
    public IDisposable WatchSignals()
    {
        var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Signal());
        var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Signal());
        return new Both(term, interrupt);
    }

    /// <summary>One more signal that asks the process to end.</summary>
    public void Signal()
    {
        if (Interlocked.Increment(ref _signals) == 2)
        {
            _hurry.Cancel();
            Cut();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before the listeners close.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        LogDraining(logger, connections.Writing);
        if (options.Value.AnnounceSeconds > 0)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _hurry.Token);
            await Task.Delay(TimeSpan.FromSeconds(options.Value.AnnounceSeconds), time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _deadline = time.CreateTimer(static drain => ((Drain)drain!).Cut(), this, TimeSpan.FromSeconds(options.Value.TimeoutSeconds), Timeout.InfiniteTimeSpan);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs when the last call has ended.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _deadline?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _deadline?.Dispose();
        _hurry.Dispose();
    }

    private void Cut()
    {
        var running = connections.Writing;
        if (running == 0)
        {
            return;
        }

        state.Cut();
        Interlocked.Add(ref _cut, running);
        LogCut(logger, running);
        connections.AbortAll();
    }

    [LoggerMessage(EventId = 6201, Level = LogLevel.Information, Message = "Stopping: {Running} calls may end")]
    private static partial void LogDraining(ILogger logger, long running);

    [LoggerMessage(EventId = 6202, Level = LogLevel.Warning, Message = "{Running} calls did not end in time and are cut")]
    private static partial void LogCut(ILogger logger, long running);

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
