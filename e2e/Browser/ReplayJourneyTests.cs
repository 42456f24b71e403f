using System.Net;
using System.Text;
using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser;

/// <summary>A recorded call sent again to another route in a real browser, its answer watched while it comes, and both compared.</summary>
public sealed class ReplayJourneyTests : IAsyncLifetime
{
    private GatehouseProcess? _gatehouse;
    private MockProvider? _provider;
    private BrowserSession? _browser;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPage Page => _browser!.Page;

    public async ValueTask InitializeAsync()
    {
        _provider = await MockProvider.StartAsync();
        _gatehouse = await GatehouseProcess.StartAsync(GatehouseProcess.ProvidersAt(_provider.BaseUrl));
        await _gatehouse.ApplyAsync(
            $$$"""
            _format_version: "3.0"
            services:
            {{{Service("first", "gpt-4o", "")}}}
            {{{Service("second", "gpt-5-mini", "\n  - name: key-auth")}}}
            consumers:
            - username: team-shop
              keyauth_credentials:
              - key: {{{TestKeys.Client}}}
            """,
            Cancellation);
        _browser = await BrowserSession.OpenAsync(_gatehouse.ConsoleUrl);
        await _browser.CreateAdministratorAsync(_gatehouse.SetupLink, "a gate that is watched");
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (_gatehouse is not null)
        {
            await _gatehouse.DisposeAsync();
        }

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }

    [Fact]
    public async Task Journey_FromARecordToTheComparison_SendsOnceForEachClick()
    {
        var first = await CallAsync();
        await OpenFormAsync(first);
        await EditAsync();
        await SendAndWatchAsync();
        await CompareAsync(first);
        await PickInTheListAsync();

        Assert.Equal(2, (await _provider!.ReceivedAsync(Cancellation)).Count);
        await _browser!.AssertQuiet();
    }

    private async Task OpenFormAsync(string id)
    {
        await Page.GotoAsync($"/logs/{id}");
        await Page.GetByTestId("replay").ClickAsync();
        await Page.GetByTestId("send").WaitForAsync();
        await _browser!.AssertAccessible();
    }

    private async Task EditAsync()
    {
        await Page.GetByTestId("route").SelectOptionAsync(new SelectOptionValue { Label = "second · gpt-5-mini" });
        await Page.GetByTestId("target-note").GetByText("gpt-5-mini").WaitForAsync();
        Assert.Equal("/second/v1/chat/completions", await Page.GetByTestId("path").InputValueAsync());
        await Page.GetByTestId("credential").SelectOptionAsync(new SelectOptionValue { Label = "A header that I type" });
        await Page.GetByTestId("header-value").FillAsync(TestKeys.Client);
        var body = await Page.GetByTestId("body").InputValueAsync();
        await Page.GetByTestId("body").FillAsync(body[..^1]);
        await Page.GetByTestId("model").FocusAsync();
        await Page.GetByTestId("body-error").GetByText("no JSON").WaitForAsync();
        Assert.True(await Page.GetByTestId("send").IsDisabledAsync());
        await Page.GetByTestId("body").FillAsync(body.Replace("Tell me", "Now tell me", StringComparison.Ordinal));
        await Page.GetByTestId("path").FocusAsync();
        await Page.WaitForFunctionAsync("() => !document.querySelector('[data-testid=send]').disabled");
    }

    private async Task SendAndWatchAsync()
    {
        await Page.GetByTestId("send").DblClickAsync();
        await Page.Locator("[data-testid=progress][data-state=answering]").WaitForAsync();
        await Page.GetByTestId("answer").GetByText("Once a gate").WaitForAsync();
        Assert.DoesNotContain("behind his ear", await Page.GetByTestId("answer").InnerTextAsync(), StringComparison.Ordinal);

        await Page.GetByTestId("answer").GetByText("behind his ear").WaitForAsync();
        await Page.GetByTestId("result").GetByText("gpt-5-mini").WaitForAsync();
        await _browser!.AssertAccessible();
    }

    private async Task CompareAsync(string first)
    {
        await Page.GetByTestId("compare").ClickAsync();
        await Page.GetByTestId("figures").WaitForAsync();
        await Page.ReloadAsync();
        var difference = Page.GetByTestId("difference");
        await difference.First.WaitForAsync();

        Assert.Equal(["/messages/0/content"], await difference.EvaluateAllAsync<string[]>("all => all.map(d => d.dataset.pointer)"));
        Assert.Contains("replay of A", await Page.GetByTestId("figures").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("behind his ear", await Page.GetByTestId("answer-a").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("behind his ear", await Page.GetByTestId("answer-b").InnerTextAsync(), StringComparison.Ordinal);
        await _browser!.AssertAccessible();

        await Page.GotoAsync($"/logs/{first}");
        await Page.GetByTestId("replays").GetByText("replayed 1×").WaitForAsync();
    }

    private async Task PickInTheListAsync()
    {
        await Page.GotoAsync("/logs");
        await Page.GetByTestId("request-row").Nth(1).WaitForAsync();
        await Page.GetByTestId("pick").ClickAsync();
        await Page.GetByTestId("request-row").Nth(0).ClickAsync();
        await Page.GetByTestId("request-row").Nth(1).ClickAsync();
        await _browser!.AssertAccessible();
        await Page.GetByTestId("pickbar").GetByTestId("compare").ClickAsync();
        await Page.GetByTestId("figures").WaitForAsync();
        Assert.Matches("/logs/compare\\?a=[0-9a-f]{32}&b=[0-9a-f]{32}$", Page.Url);
    }

    /// <returns>Id of the record.</returns>
    private async Task<string> CallAsync()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_gatehouse!.ProxyUrl}/first/v1/chat/completions");
        request.Content = new StringContent("""{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Tell me the slow story"}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var record = Assert.Single(await _gatehouse.LogsAsync("", 1, Cancellation));
        return record["request"]!["id"]!.ToString();
    }

    private static string Service(string name, string model, string further) => $$"""
        - name: {{name}}
          url: http://localhost
          routes:
          - name: {{name}}
            paths: ["/{{name}}"]
          plugins:
          - name: ai-proxy
            config:
              llm_format: openai
              route_type: llm/v1/chat
              logging:
                log_statistics: true
                log_payloads: true
              auth:
                header_name: Authorization
                header_value: {{"Bearer ${{ env \"DECK_OPENAI_API_KEY\" }}"}}
              model:
                provider: openai
                name: {{model}}{{further}}
        """;
}
