using ConsoleWeb.Audit;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Prices;
using ConsoleWeb.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.Prices;

/// <summary>Pricing anew goes on without the page that started it.</summary>
public sealed class RepriceRunsTests : IAsyncLifetime
{
    private static readonly Actor Ada = Actor.Named("ada", "console");

    private readonly SlowRepricer _repricer = new();
    private TestHost? _host;
    private RepriceRuns? _runs;

    private RepriceRuns Runs => _runs!;

    public async ValueTask InitializeAsync()
    {
        _host = await TestHost.StartAsync();
        _runs = new RepriceRuns(_repricer, _host.Services.GetRequiredService<AuditLog>(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        Runs.Dispose();
        await _host!.DisposeAsync();
    }

    [Fact]
    public async Task Run_Started_TellsHowFarItIsToWhoeverComes()
    {
        var (_, done) = Runs.TryStart(null, null, Ada)!.Value;
        var step = await _repricer.Started;
        var heard = 0;
        using (Runs.OnChanged(() => heard++))
        {
            step(new RepriceProgress(0.4, 100, 7));
        }

        step(new RepriceProgress(0.5, 120, 8));

        Assert.Equal(1, heard);
        Assert.Equal((true, "ada", 0.5, 8L), (Runs.Current!.IsRunning, Runs.Current.Actor, Runs.Current.Progress.Share, Runs.Current.Progress.Requests));
        Assert.Null(Runs.TryStart(null, null, Ada));

        _repricer.End(new RepriceSummary(200, [new RepriceLine("openai", "gpt-4o", 9, 0, 1, 2)]));
        await done;
        Assert.Equal((false, 9L), (Runs.Current.IsRunning, Runs.Current.Summary!.Requests));
    }

    [Fact]
    public async Task Run_Stopped_SaysSoAndMakesRoomForTheNext()
    {
        var (_, done) = Runs.TryStart(null, null, Ada)!.Value;
        await _repricer.Started;

        Assert.True(Runs.Stop());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => done);
        Assert.Equal((false, true), (Runs.Current!.IsRunning, Runs.Current.IsStopped));
        Assert.False(Runs.Stop());
        Assert.NotNull(Runs.TryStart(null, null, Ada));
    }

    private sealed class SlowRepricer : IRepricer
    {
        private readonly TaskCompletionSource<Action<RepriceProgress>> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<RepriceSummary> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Action<RepriceProgress>> Started => _started.Task;

        public void End(RepriceSummary summary) => _done.SetResult(summary);

        public Task<RepriceSummary> RunAsync(DateTimeOffset? from, DateTimeOffset? to, bool isDry, CancellationToken cancellationToken, Action<RepriceProgress>? onStep = null)
        {
            _started.TrySetResult(onStep!);
            return _done.Task.WaitAsync(cancellationToken);
        }
    }
}
