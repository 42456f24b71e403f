using Bunit;
using ConsoleWeb.Components.Layout;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Health;
using ConsoleWeb.Live;
using ConsoleWeb.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Components;

/// <summary>What every page says about stores that cannot be written.</summary>
public sealed class StoreNoticesTests : BunitContext
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 3, 4, 5, TimeSpan.Zero));
    private readonly SomeLog _log = new();
    private readonly ConfigStoreState _configuration;

    public StoreNoticesTests()
    {
        _configuration = new ConfigStoreState(new DataDirectory(Directory.CreateTempSubdirectory("gatehouse-tests-").FullName), _time);
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.Setup<string>("gatehouse.timeZone").SetResult("UTC");
        Services.AddLogging();
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton(new ConnectionState());
        Services.AddSingleton(new LiveBudget(TimeProvider.System, cores: 2));
        Services.AddSingleton(new StoreHealth(_log, _configuration));
    }

    [Fact]
    public void AllIsWell_NothingIsShown()
    {
        var notices = Render<StoreNotices>();
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("", notices.Markup.Trim());
    }

    [Fact]
    public void Trouble_ComesAndGoes_IsShownWithReasonTimeAndLosses()
    {
        var notices = Render<StoreNotices>();
        _configuration.Failed("the disk is full");
        _log.State = _log.State with { Trouble = new RequestLogTrouble(_time.GetUtcNow(), "database or disk is full"), Counts = new RequestLogCounts(30, 12, 8, 10, 0, 0) };
        _time.Advance(TimeSpan.FromSeconds(3));

        notices.WaitForAssertion(() =>
        {
            var configuration = notices.Find("[data-testid=trouble-configuration]").TextContent;
            Assert.Contains("The configuration cannot be changed since 27 Nov 03:04:05.000: the disk is full.", configuration, StringComparison.Ordinal);
            var log = notices.Find("[data-testid=trouble-log]").TextContent;
            Assert.Contains("database or disk is full", log, StringComparison.Ordinal);
            Assert.Contains("10 wait to be stored, 8 are lost", log, StringComparison.Ordinal);
        });

        _configuration.Recovered();
        _log.State = _log.State with { Trouble = null };
        _time.Advance(TimeSpan.FromSeconds(3));

        notices.WaitForAssertion(() => Assert.Equal("", notices.Markup.Trim()));
    }

    private sealed class SomeLog : IRequestLogState
    {
        public RequestLogState State { get; set; } = new(default, null, null, 0, 0);
    }
}
