using Gateway.E2E.Harness;
using Microsoft.Playwright;

namespace Gateway.E2E.Browser.Checks;

/// <summary>A product with nothing set up, its administrator signed in, and the OpenAI key in the gateway's environment.</summary>
public abstract class TutorialConsole : IAsyncLifetime
{
    public const string Password = "a gate that is watched";

    /// <summary>How a form names the variable that holds the whole value of the header.</summary>
    public const string Variable = "gateway-secret-openai";

    /// <summary>The tutorials' own lines for a secret.</summary>
    public const string DeckVariable = "Bearer ${{ env \"DECK_OPENAI_API_KEY\" }}";

    private readonly TemporaryFolder _folder = new();
    private GatehouseProcess? _gatehouse;
    private BrowserSession? _session;

    internal BrowserSession Session => _session ?? throw new InvalidOperationException("The fixture has not started.");

    internal IPage Page => Session.Page;

    internal GatehouseProcess Gatehouse => _gatehouse ?? throw new InvalidOperationException("The fixture has not started.");

    public async ValueTask InitializeAsync()
    {
        _gatehouse = await GatehouseProcess.StartAsync(
            [.. GatehouseProcess.ProvidersAt(await StartProviderAsync()), "-e", $"GATEWAY_SECRET_OPENAI=Bearer {TestKeys.Provider}"]);
        _session = await BrowserSession.OpenAsync(_gatehouse.ConsoleUrl);
        await _session.CreateAdministratorAsync(_gatehouse.SetupLink, Password);
        await Page.ArriveAsync("**/connect");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }

        if (_gatehouse is not null)
        {
            await _gatehouse.DisposeAsync();
        }

        await StopProviderAsync();
        _folder.Dispose();
    }

    /// <summary>A log file of its own, in a folder that file-log may write to.</summary>
    internal string LogFile(string name) => _folder.File(name);

    /// <summary>In the form of a connection: the key is what a variable of the gateway holds.</summary>
    internal async Task ChooseVariableAsync()
    {
        await Page.GetByTestId("f-key-source").SelectOptionAsync("env");
        await Page.GetByPlaceholder("GATEWAY_SECRET_NAME").FillAsync(Variable);
        await Page.GetByTestId("check-key").ClickAsync();
        await Page.GetByText("Found in the gateway's environment").WaitForAsync();
    }

    /// <summary>Takes away whatever an earlier test has set up.</summary>
    internal async Task ClearAsync() =>
        (await Gatehouse.ShellAsync("printf '_format_version: \"3.0\"\\n' | deck gateway sync -", TestContext.Current.CancellationToken)).EnsureSuccess();

    /// <summary>What the export page shows, without the tags by which a flow knows its own.</summary>
    internal async Task<string> ExportAsync()
    {
        await Session.GoAsync("/config/export");
        await Page.GetByTestId("preview").GetByText("_format_version").First.WaitForAsync();

        return WithoutTags(await Page.GetByTestId("preview").InnerTextAsync());
    }

    /// <summary>Leaves out lists of tags, which nothing is compared by.</summary>
    internal static string WithoutTags(string yaml)
    {
        var lines = yaml.Split('\n').ToList();
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (lines[i].TrimStart() is "tags:" or "- tags:" || lines[i].TrimStart().StartsWith("- flow:", StringComparison.Ordinal))
            {
                lines.RemoveAt(i);
            }
        }

        return string.Join('\n', lines).Trim();
    }

    /// <returns>Its address.</returns>
    private protected abstract Task<string> StartProviderAsync();

    private protected abstract ValueTask StopProviderAsync();
}

/// <summary>With the mock as the provider.</summary>
public sealed class CodexConsole : TutorialConsole
{
    private MockProvider? _provider;

    private protected override async Task<string> StartProviderAsync() => (_provider = await MockProvider.StartAsync()).BaseUrl;

    private protected override ValueTask StopProviderAsync() => _provider?.DisposeAsync() ?? default;
}

/// <summary>With a provider that reports usage in full.</summary>
public sealed class ClaudeConsole : TutorialConsole
{
    private NodeServer? _provider;

    private protected override async Task<string> StartProviderAsync() =>
        (_provider = await NodeServer.StartAsync("detailed-usage.mjs")).Address.GetLeftPart(UriPartial.Authority);

    private protected override ValueTask StopProviderAsync() => _provider?.DisposeAsync() ?? default;
}
