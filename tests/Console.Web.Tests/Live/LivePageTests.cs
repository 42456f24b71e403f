using Bunit;
using ConsoleWeb.Live;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Live;

public sealed class LivePageTests : BunitContext
{
    [Fact]
    public async Task Page_LeftBeforeItsBrowserHasAnswered_SubscribesToNothing()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new ConnectionState());
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
        JSInterop.Setup<string>("gatehouse.timeZone").SetResult("UTC");

        var page = Render<Probe>();

        page.WaitForAssertion(() => Assert.Equal(1, page.Instance.Subscriptions));
    }

    private sealed class Probe : LivePage
    {
        public int Subscriptions { get; private set; }

        protected override IEnumerable<IDisposable> Subscribe(Action signal)
        {
            Subscriptions++;
            return [];
        }

        protected override Task<bool> RefreshAsync() => Task.FromResult(false);
    }
}
