using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>
/// The list of requests while two hundred of them arrive each second: it follows, holds still when asked to, counts what it holds back and
/// gives it back. How smoothly it does so is measured by <c>./dev.sh bench console</c>.
/// </summary>
public sealed partial class BusyListTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private const int PerSecond = 200;

    /// <summary>A quarter of what is meant to arrive: a machine that also runs the product, the browser and this has its moments.</summary>
    private const int LeastPerSecond = PerSecond / 4;

    /// <summary>In milliseconds, five times what a person may expect; the figure itself is a matter of <c>./dev.sh bench console</c>.</summary>
    private const double LongestPause = 500;

    private int _calls;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    private ILocator Rows => Page.GetByTestId("request-row");

    private ILocator Resume => Page.GetByTestId("resume");

    private ILocator ToTop => Page.GetByTestId("to-top");

    [Fact]
    public async Task List_UnderLoad_PausesCountsResumesAndFollowsOnlyAtItsTop()
    {
        await console.Gatehouse.ApplyAsync(
            """
            _format_version: "3.0"
            services:
            - name: flood
              url: http://localhost
              routes: [{ name: flood, paths: ["/flood"] }]
              plugins: [{ name: request-termination, config: { status_code: 200, message: ok } }]
            """,
            Cancellation);
        await console.GoAsync("/logs?q=route:flood");
        var clock = Stopwatch.StartNew();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var flood = FloodAsync(stopping.Token);
        try
        {
            await PauseAsync();
            await ScrollAwayAsync();
        }
        finally
        {
            await stopping.CancelAsync();
            await flood;
        }

        var pace = _calls / clock.Elapsed.TotalSeconds;
        Write($"{_calls} calls, {pace:0} a second");
        Assert.True(pace >= LeastPerSecond, $"Only {pace:0} calls a second were made.");

        // What came last is shown last: nothing was lost on the way.
        var last = await CallAsync();
        await Page.Locator($"tr[data-id='{last}']").WaitForAsync();
        await console.Session.AssertQuiet();
    }

    /// <summary>Clicks in the page, and measures there: on the way from here to the button lies more than the product.</summary>
    private const string ClickPause =
        """
        () => new Promise(done => {
          const at = performance.now();
          const watcher = new MutationObserver(() => {
            if (document.querySelector('[data-testid=resume]')) {
              watcher.disconnect();
              done(performance.now() - at);
            }
          });
          watcher.observe(document.body, { childList: true, subtree: true, attributes: true });
          document.querySelector('[data-testid=pause]').click();
        })
        """;

    private static void Write(FormattableString what) => TestContext.Current.SendDiagnosticMessage(what.ToString(CultureInfo.InvariantCulture));

    private async Task PauseAsync()
    {
        await ExpectMovesAsync();
        var reaction = await Page.EvaluateAsync<double>(ClickPause);
        Write($"paused {reaction:0} ms after the click");
        Assert.InRange(reaction, 0, LongestPause);
        await Resume.WaitForAsync();
        var still = await FirstAsync();
        await WaitingAsync(Resume, above: await WaitingAsync(Resume, above: 0));
        Assert.Equal(still, await FirstAsync());

        await Resume.ClickAsync();
        await Page.GetByTestId("pause").WaitForAsync();
        await ExpectMovesAsync();
    }

    private async Task ScrollAwayAsync()
    {
        await Page.GetByTestId("request-list").HoverAsync();
        await Page.Mouse.WheelAsync(0, 600);
        await ToTop.WaitForAsync();
        await CheckConsole.ExpectAsync(async () => await UnderTheHeadAsync() is not null, "the rows further down are drawn");
        var (still, scrolled) = (await UnderTheHeadAsync(), await ScrolledAsync());
        await WaitingAsync(ToTop, above: await WaitingAsync(ToTop, above: 0));
        Assert.Equal((still, scrolled), (await UnderTheHeadAsync(), await ScrolledAsync()));

        await ToTop.ClickAsync();
        await ToTop.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal(0, await ScrolledAsync());
        await ExpectMovesAsync();
    }

    /// <summary>New rows come in at the top by themselves.</summary>
    private async Task ExpectMovesAsync()
    {
        await Rows.First.WaitForAsync();
        var before = await FirstAsync();
        await CheckConsole.ExpectAsync(async () => await FirstAsync() != before, "new rows are shown");
    }

    private Task<string?> FirstAsync() => Rows.First.GetAttributeAsync("data-id");

    /// <summary>The topmost row that can be seen. More are in the document, above and below.</summary>
    private Task<string?> UnderTheHeadAsync() => Page.GetByTestId("request-list").EvaluateAsync<string?>(
        """
        list => {
          const { left, bottom } = list.querySelector('th').getBoundingClientRect();
          return document.elementFromPoint(left + 40, bottom + 4)?.closest('tr')?.dataset.id ?? null;
        }
        """);

    private Task<int> ScrolledAsync() => Page.GetByTestId("request-list").EvaluateAsync<int>("list => Math.round(list.scrollTop)");

    /// <returns>How many requests a button says are waiting, once there are more of them than that.</returns>
    private static async Task<int> WaitingAsync(ILocator button, int above)
    {
        var count = 0;
        await CheckConsole.ExpectAsync(
            async () => (count = int.Parse(Count().Match(await button.InnerTextAsync()).Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)) > above,
            $"more than {above} requests are waiting");

        return count;
    }

    private async Task FloodAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / 20));
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                await Task.WhenAll(Enumerable.Range(0, PerSecond / 20).Select(_ => CallAsync()));
                _calls += PerSecond / 20;
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private Task<string> CallAsync() => console.GetAsync("/flood");

    [GeneratedRegex("[0-9][0-9,]*")]
    private static partial Regex Count();
}
