using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>Figures agree wherever they stand: the list and its files, the charts and what can be worked out from a file, the price and what it costs.</summary>
public sealed class FigureTests(CheckConsole console) : IClassFixture<CheckConsole>
{
    private const string Formula = "=SUM(1,2)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => console.Page;

    [Fact]
    public async Task Export_OfAFilter_HasTheRowsOfTheListAndNoFormula()
    {
        for (var i = 0; i < 3; i++)
        {
            await console.CallAsync("Ping", model: i == 1 ? Formula : "gpt-4o", session: "exported");
        }

        await console.CallAsync("Ping", session: "another");
        await console.Gatehouse.LogsAsync("&session_id=exported", 3, Cancellation);
        await console.GoAsync("/logs?q=session%3Aexported");
        await Page.GetByTestId("request-row").Nth(2).WaitForAsync();

        var records = (await DownloadAsync("export-jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)).ToList();
        var table = (await DownloadAsync("export-csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, await Page.GetByTestId("request-row").CountAsync());
        Assert.Equal((3, 4), (records.Count, table.Length));
        Assert.Equal(records.Select(r => r.Text("request.id")), table.Skip(1).Select(l => l.Split(',')[1]));
        Assert.Contains(records, r => r.Text("gatehouse.requested_model") == Formula);
        var cell = table.Single(l => l.Contains(Formula, StringComparison.Ordinal));
        Assert.Contains($"\"'{Formula}\"", cell, StringComparison.Ordinal);
        Assert.DoesNotMatch("(^|,)\"?[=+@-]", cell);
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Dashboard_OfAWindow_IsWhatItsExportAddsUpTo()
    {
        // Two windows of ten seconds that touch: one call in the first, more in the second.
        await NextTenSecondsAsync();
        var middle = await NextTenSecondsAsync(() => console.CallAsync("Tell me about Procopius", isStream: true, model: "gpt-5-mini", session: "charted"));
        for (var i = 0; i < 4; i++)
        {
            await console.CallAsync(i == 3 ? "Tell me the slow story" : "Tell me about Procopius", isStream: true, model: "gpt-5-mini", session: "charted");
        }

        var end = middle.AddSeconds(10);
        await console.Gatehouse.LogsAsync("&session_id=charted", 5, Cancellation);
        var window = $"from={middle:yyyy-MM-ddTHH:mm:ss}Z&to={end:yyyy-MM-ddTHH:mm:ss}Z&q=session%3Acharted";
        await console.GoAsync($"/logs?{window}");
        await Page.GetByTestId("request-row").Nth(3).WaitForAsync();
        var records = (await DownloadAsync("export-jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(4, records.Count);

        await console.GoAsync($"/analytics?{window}&compare=previous&step=1");
        await FactAsync("requests", "4");
        await FactAsync("tokens", $"{records.Sum(r => r.Number("gatehouse.usage.input") + r.Number("gatehouse.usage.output")) / 1000:0.0}k");
        await FactAsync("cost", string.Create(CultureInfo.InvariantCulture, $"${records.Sum(r => r.Number("gatehouse.cost.amount")):0.0000}"));
        var slowest = records.Max(r => r.Number("gatehouse.timing.time_to_first_token"));
        var shown = (await Page.Locator(".fact[data-name=ttft] .v").InnerTextAsync()).Replace("ms", "", StringComparison.Ordinal);
        // Of four values the largest is the 95th percentile; a bucket is right to 2.5 %.
        Assert.InRange(double.Parse(shown, CultureInfo.InvariantCulture), (slowest * 0.97) - 1, (slowest * 1.03) + 1);
        Assert.Contains("↑ 300 % vs before", (await Page.Locator(".fact[data-name=requests] .x").InnerTextAsync()).Replace('\u202f', ' '), StringComparison.Ordinal);

        // From any part of a chart to its requests.
        var plot = Page.Locator("[data-testid=chart][data-name=Requests] .plot");
        await plot.WaitForAsync();
        var box = (await plot.BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(box.X + 2, box.Y + (box.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(box.X + box.Width - 2, box.Y + (box.Height / 2), new() { Steps = 4 });
        await Page.Mouse.UpAsync();
        await Page.GetByTestId("view-requests").ClickAsync();
        await Page.ArriveAsync("**/logs?*from=*");
        await Page.GetByTestId("request-row").Nth(3).WaitForAsync();
        Assert.Equal(
            records.Select(r => r.Text("request.id")),
            await Page.GetByTestId("request-row").EvaluateAllAsync<string[]>("rows => rows.map(r => r.dataset.id)"));
        await console.Session.AssertQuiet();
    }

    [Fact]
    public async Task Price_SetForAnUnknownModel_CountsFromThenOn()
    {
        const string model = "house-model-1";
        var before = await console.CallAsync("What do words cost?", isStream: false, model: model);
        await console.Gatehouse.LogsAsync($"&q=id:{before}", 1, Cancellation);
        var named = (await console.Gatehouse.AdminAsync($"/logs/{before}", Cancellation)).Text("gatehouse.model")!;
        await console.GoAsync($"/logs/{before}");
        await Page.GetByTestId("no-price").GetByRole(AriaRole.Link, new() { Name = "Set a price" }).ClickAsync();
        await Page.GetByTestId("price-form").WaitForAsync();
        Assert.Equal(("openai", named), (await Page.GetByTestId("price-provider").InputValueAsync(), await Page.GetByTestId("price-pattern").InputValueAsync()));
        await Page.GetByTestId("rate-input").FillAsync("2");
        await Page.GetByTestId("rate-output").FillAsync("10");
        await Page.GetByTestId("save-price").ClickAsync();
        await Page.GetByTestId("price-form").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        var after = await console.CallAsync("What do words cost?", isStream: false, model: model);
        await console.Gatehouse.LogsAsync($"&q=id:{after}", 1, Cancellation);

        // 25 tokens at 2 and 456 at 10 dollars a million.
        await console.GoAsync($"/logs/{after}");
        Assert.Equal("$0.004610", await Page.GetByTestId("cost").First.InnerTextAsync());
        await console.GoAsync($"/logs/{before}");
        Assert.Equal("unpriced", await Page.GetByTestId("cost").First.InnerTextAsync());
        await console.Session.AssertQuiet();
    }

    private async Task FactAsync(string name, string value)
    {
        await Page.Locator($".fact[data-name={name}]").WaitForAsync();
        Assert.Equal(value, (await Page.Locator($".fact[data-name={name}] .v").InnerTextAsync()).Trim());
    }

    /// <summary>Waits for the next full ten seconds, which is when a sum of the log begins; does something in them first, if there is something.</summary>
    private static async Task<DateTime> NextTenSecondsAsync(Func<Task>? first = null)
    {
        if (first is not null)
        {
            await first();
        }

        var now = DateTime.UtcNow;
        var next = new DateTime((now.Ticks / TimeSpan.FromSeconds(10).Ticks * TimeSpan.FromSeconds(10).Ticks) + TimeSpan.FromSeconds(10).Ticks, DateTimeKind.Utc);
        await Task.Delay(next - now + TimeSpan.FromMilliseconds(50), Cancellation);

        return next;
    }

    private async Task<string> DownloadAsync(string item)
    {
        await Page.GetByTestId("export-menu").ClickAsync();
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByTestId(item).ClickAsync());

        return await File.ReadAllTextAsync(await download.PathAsync(), Cancellation);
    }
}
