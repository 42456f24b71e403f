using System.Net;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>A log of fifty thousand requests, scrolled from its newest to its oldest while it grows.</summary>
public sealed class LongListTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private const int Many = 50_000;

    private const int Piece = 5_000;

    /// <summary>Until the server knows that somebody reads further down, new rows come in above.</summary>
    private const string LeaveTop = """
        async () => {
          const list = document.querySelector('[data-testid=request-list]');
          while (list.scrollTop === 0) {
            list.scrollTop = 60;
            await new Promise((done) => requestAnimationFrame(done));
          }
        }
        """;

    /// <summary>Scrolls to the end, window by window, and gives the ids of all rows in the order in which they stood there.</summary>
    private const string Scroll = """
        async () => {
          const list = document.querySelector('[data-testid=request-list]');
          const seen = [];
          const frame = () => new Promise((done) => requestAnimationFrame(done));
          const rows = () => [...list.querySelectorAll('[data-testid=request-row]')];
          // Drawn: rows from the upper edge of what is visible to its lower edge, or to the end of the list.
          const isDrawn = () => {
            const all = rows();
            const box = list.getBoundingClientRect();
            return all.length > 0 && all[0].getBoundingClientRect().top <= box.top + 60
              && (all.at(-1).getBoundingClientRect().bottom >= box.bottom - 40 || list.scrollTop + list.clientHeight >= list.scrollHeight - 4);
          };
          // Rows below the visible ones come and go: while the drawn ones end above the last row read, there is nothing to go on from yet,
          // and whoever reads scrolls a little further.
          const endsAbove = () => seen.length > 0 && rows().at(-1)?.dataset.id > seen.at(-1);
          for (let idle = 0; idle < 100;) {
            for (let tries = 0; tries < 600 && (!isDrawn() || endsAbove()); tries++) {
              if (tries % 30 === 29 && endsAbove()) {
                list.scrollTop += 72;
              }
              await frame();
            }
            const ids = rows().map((row) => row.dataset.id);
            const known = seen.length === 0 ? -1 : ids.indexOf(seen.at(-1));
            if (seen.length > 0 && known < 0) {
              throw new Error(`rows are missing behind ${seen.at(-1)}, after ${seen.length}: ${ids.length} from ${ids[0]} to ${ids.at(-1)}, ${isDrawn() ? 'drawn' : 'not drawn'}, at ${list.scrollTop} of ${list.scrollHeight}`);
            }
            seen.push(...ids.slice(known + 1));
            // On to where the last row read stands near the upper edge: by the time this runs there may be more below it than was read.
            const before = list.scrollTop;
            const last = rows().find((row) => row.dataset.id === seen.at(-1));
            list.scrollTop += Math.max(0, (last?.getBoundingClientRect().bottom ?? 0) - list.getBoundingClientRect().top - 300);
            await frame();
            // While there is more to load, patience is longer.
            idle = list.scrollTop !== before ? 0 : idle + (list.querySelector('.older') ? 0.05 : 1);
          }
          return seen;
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    [Fact]
    public async Task List_ScrolledToItsEndWhileItGrows_HasEveryRequestOnce()
    {
        await console.Gatehouse.ApplyAsync(
            """
            _format_version: "3.0"
            routes:
            - name: quick
              paths: ["/quick"]
              plugins:
              - name: request-termination
                config: { status_code: 204 }
            """,
            Cancellation);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 16, UseProxy = false });
        // In pieces that the log can take: what comes faster than the disk for long is counted, not kept.
        for (var done = 0; done < Many; done += Piece)
        {
            await Parallel.ForAsync(done, done + Piece, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (i, token) => await GetAsync(http, $"old-{i}", token));
            await CheckConsole.ExpectAsync(async () => await CountAsync() >= done + Piece, $"{done + Piece} are stored", seconds: 60);
        }

        // A tall window, so that fewer steps are needed; each step waits until what it leads to has been drawn.
        await Page.SetViewportSizeAsync(1280, 9_000);
        await console.GoAsync("/logs?q=route:quick");
        await Page.GetByTestId("request-row").First.WaitForAsync();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var growing = GrowAsync(http, stopping.Token);
        await Page.EvaluateAsync(LeaveTop);
        await Page.GetByText("Follow is off").WaitForAsync();
        var seen = await Page.EvaluateAsync<string[]>(Scroll);
        await stopping.CancelAsync();
        await growing;

        // Ids carry the time: newest first, none twice, and of the old ones every single one.
        Assert.Equal(seen.OrderDescending(StringComparer.Ordinal).Distinct(), seen);
        Assert.InRange(seen.Length, Many, Many + 2_000);
        var stored = await console.Gatehouse.LogsAsync("&q=route:quick", 1, Cancellation);
        Assert.True(string.CompareOrdinal(stored[0].Text("request.id"), seen[0]) > 0, "The list grew while it was read.");
        await Page.GetByTestId("to-top").WaitForAsync();

        // Back at its top it follows again.
        await Page.GetByTestId("to-top").ClickAsync();
        await Page.Locator($"[data-testid=request-row][data-id='{stored[0].Text("request.id")}']").WaitForAsync();
        await console.Session.AssertQuiet();
    }

    private async Task GrowAsync(HttpClient http, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            try
            {
                await GetAsync(http, $"new-{i}", cancellationToken);
                await Task.Delay(20, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task GetAsync(HttpClient http, string name, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync($"{console.Gatehouse.ProxyUrl}/quick/{name}", cancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private async Task<long> CountAsync() =>
        (await console.Gatehouse.AdminAsync("/stats?q=route:quick&from=-1h&step=none", Cancellation))["points"]![0]!["requests"]!.GetValue<long>();
}
