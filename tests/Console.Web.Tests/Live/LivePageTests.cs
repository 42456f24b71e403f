using Bunit;
using ConsoleWeb.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Live;

public sealed class LivePageTests : BunitContext
{
    [Fact]
    public async Task Page_LeftBeforeItsBrowserHasAnswered_SubscribesToNothing()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new ConnectionState());
        Services.AddSingleton(new LiveBudget(TimeProvider.System, cores: 2));
        var zone = JSInterop.Setup<string>("gatehouse.timeZone");
        var page = Render<Probe>().Instance;

        await DisposeComponentsAsync();
        zone.SetResult("UTC");
        await Renderer.Dispatcher.InvokeAsync(() => Task.CompletedTask);

        Assert.Equal(0, page.Subscriptions);
    }

    [Fact]
    public void Page_WithItsBrowser_Subscribes()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new ConnectionState());
        Services.AddSingleton(new LiveBudget(TimeProvider.System, cores: 2));
        JSInterop.Setup<string>("gatehouse.timeZone").SetResult("UTC");

        var page = Render<Probe>();

        page.WaitForAssertion(() => Assert.Equal(1, page.Instance.Subscriptions));
    }

    [Fact]
    public async Task Page_WhoseBrowserWasAway_SubscribesAnewAndReadsOnce()
    {
        var time = new FakeTimeProvider();
        var connection = new ConnectionState();
        Services.AddSingleton<TimeProvider>(time);
        Services.AddSingleton(connection);
        Services.AddSingleton(new LiveBudget(TimeProvider.System, cores: 2));
        JSInterop.Setup<string>("gatehouse.timeZone").SetResult("UTC");
        var page = Render<Probe>();
        await PassAsync(page, time);
        Assert.Equal((1, 1, 1), page.Instance.Counts);

        await connection.OnConnectionDownAsync(null!, TestContext.Current.CancellationToken);
        // Something happens that nobody sees.
        page.Instance.Happen();
        await PassAsync(page, time);
        Assert.Equal((1, 0, 1), page.Instance.Counts);

        await connection.OnConnectionUpAsync(null!, TestContext.Current.CancellationToken);
        await PassAsync(page, time);
        await PassAsync(page, time);
        Assert.Equal((2, 1, 2), page.Instance.Counts);

        page.Instance.Happen();
        await PassAsync(page, time);
        Assert.Equal((2, 1, 3), page.Instance.Counts);
    }

    [Fact]
    public async Task Page_WithAPace_IsReadNoMoreOftenThanThat()
    {
        var time = new FakeTimeProvider();
        Services.AddSingleton<TimeProvider>(time);
        Services.AddSingleton(new ConnectionState());
        Services.AddSingleton(new LiveBudget(TimeProvider.System, cores: 2));
        JSInterop.Setup<string>("gatehouse.timeZone").SetResult("UTC");
        var page = Render<SlowProbe>();
        for (var tick = 0; tick < 16; tick++)
        {
            page.Instance.Happen();
            time.Advance(TimeSpan.FromMilliseconds(250));
            await page.InvokeAsync(() => { });
        }

        // In four seconds: the first at once, then after each second; what came last is read too.
        Assert.Equal(4, page.Instance.Counts.Refreshes);
        await PassAsync(page, time);
        Assert.Equal(5, page.Instance.Counts.Refreshes);
    }

    /// <summary>Lets two seconds go by, tick by tick.</summary>
    private static async Task PassAsync<T>(IRenderedComponent<T> page, FakeTimeProvider time)
        where T : Probe
    {
        for (var tick = 0; tick < 8; tick++)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await page.InvokeAsync(() => { });
        }
    }

    private sealed class SlowProbe : Probe
    {
        protected override TimeSpan Pace => TimeSpan.FromSeconds(1);
    }

    private class Probe : LivePage
    {
        private readonly List<Action> _open = [];
        private int _refreshes;

        public int Subscriptions { get; private set; }

        /// <summary>Subscriptions there were, those that are open, and how often the page was read.</summary>
        public (int Made, int Open, int Refreshes) Counts => (Subscriptions, _open.Count, _refreshes);

        public void Happen() => _open.ForEach(signal => signal());

        protected override IEnumerable<IDisposable> Subscribe(Action signal)
        {
            Subscriptions++;
            _open.Add(signal);
            return [new Subscription(() => _open.Remove(signal))];
        }

        protected override Task<bool> RefreshAsync()
        {
            _refreshes++;
            return Task.FromResult(false);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
