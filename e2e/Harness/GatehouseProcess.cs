using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.E2E.Harness;

/// <summary>The product, started by the real <c>./quickstart</c> on free ports with a data directory of its own.</summary>
internal sealed partial class GatehouseProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly HttpClient _admin;
    private readonly string[] _flags;

    private GatehouseProcess(TemporaryFolder folder, IReadOnlyDictionary<string, string> exports, string[] flags)
    {
        _folder = folder;
        _flags = flags;
        Exports = exports;
        _admin = new HttpClient { BaseAddress = new Uri(exports["KONNECT_CONTROL_PLANE_URL"]) };
        _admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>What the quickstart told the shell to export, by name; <c>PATH</c> already joined with this process's own.</summary>
    public IReadOnlyDictionary<string, string> Exports { get; }

    public string ProxyUrl => Exports["KONNECT_PROXY_URL"];

    public string AdminUrl => Exports["KONNECT_CONTROL_PLANE_URL"];

    public string ConsoleUrl => Exports["GATEHOUSE_CONSOLE_URL"];

    public string Token => Exports["KONNECT_TOKEN"];

    public string DataFolder => _folder.File("data");

    /// <summary>The one-time address that creates the administrator.</summary>
    public string SetupLink => File.ReadAllText(Path.Combine(DataFolder, "setup-link")).Trim();

    public static async Task<GatehouseProcess> StartAsync(params string[] flags)
    {
        var folder = new TemporaryFolder();
        try
        {
            var started = await Quickstart(folder.File("data"),
                    ["--deck-output", "--proxy-port", "0", "--admin-port", "0", "--console-port", "0", .. flags])
                .RunAsync(CancellationToken.None);
            started.EnsureSuccess();

            return new GatehouseProcess(folder, ParseExports(started.Output), flags);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The flags that send the providers named by the product to <paramref name="baseUrl"/>.</summary>
    public static string[] ProvidersAt(string baseUrl) =>
        ["-e", $"Gateway__Providers__openai__BaseUrl={baseUrl}", "-e", $"Gateway__Providers__anthropic__BaseUrl={baseUrl}"];

    /// <summary><c>./quickstart</c> for one data directory; building may take its time.</summary>
    public static Command Quickstart(string data, params IEnumerable<string> flags) =>
        new Command(RepositoryPaths.Quickstart, ["--data", data, .. flags]).Within(TimeSpan.FromMinutes(6));

    /// <summary>Ends the process as a crash does: no signal that it could catch.</summary>
    public async Task KillAsync()
    {
        using var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(DataFolder, "run", "pid")), CultureInfo.InvariantCulture));
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks the process to end, as a service manager does, and waits until it has.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        var id = (await File.ReadAllTextAsync(Path.Combine(DataFolder, "run", "pid"), cancellationToken)).Trim();
        using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        (await new Command("kill", "-TERM", id).RunAsync(cancellationToken)).EnsureSuccess();
        await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Starts it again as it was, on the same ports, after it was stopped or killed.</summary>
    public async Task RestartAsync() => (await Quickstart(
            DataFolder,
            ["--deck-output", "--proxy-port", PortOf(ProxyUrl), "--admin-port", PortOf(AdminUrl), "--console-port", PortOf(ConsoleUrl), .. _flags])
        .RunAsync(CancellationToken.None)).EnsureSuccess();

    /// <summary>Runs lines as a person pastes them into a shell that holds the exports.</summary>
    public Task<CommandResult> ShellAsync(string lines, CancellationToken cancellationToken, params (string Name, string Value)[] variables) =>
        new Command("bash", "-c", lines)
            .With(Exports)
            .With(variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)))
            .RunAsync(cancellationToken);

    /// <summary>Applies a declarative file through <c>deck gateway apply -</c>.</summary>
    public async Task ApplyAsync(string yaml, CancellationToken cancellationToken)
    {
        var result = await new Command(Path.Combine(RepositoryPaths.Root, "bin", "deck"), "gateway", "apply", "-")
            .With(Exports).With("DECK_OPENAI_API_KEY", TestKeys.Provider).Reading(yaml).RunAsync(cancellationToken);
        result.EnsureSuccess();
    }

    public async Task<JsonNode> AdminAsync(string path, CancellationToken cancellationToken) =>
        JsonNode.Parse(await _admin.GetStringAsync(path, cancellationToken))!;

    /// <summary>The log's records that <paramref name="query"/> selects, newest first, once at least <paramref name="count"/> of them are stored.</summary>
    public async Task<IReadOnlyList<JsonNode>> LogsAsync(string query, int count, CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonNode> records = [];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            records = [.. (await AdminAsync($"/logs?size=100{query}", cancellationToken))["data"]!.AsArray().Select(record => record!)];
            if (records.Count >= count)
            {
                return records;
            }

            // The writer stores in batches off the hot path.
            await Task.Delay(100, cancellationToken);
        }

        Assert.Fail($"Only {records.Count} records match '{query}', not {count}.");

        return records;
    }

    public string ReadServerLog() => File.ReadAllText(Path.Combine(DataFolder, "run", "gatehouse.log"));

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await Quickstart(DataFolder, "--stop").RunAsync(CancellationToken.None);
        _folder.Dispose();
    }

    /// <summary>Reads <c>export NAME='value'</c> lines.</summary>
    public static IReadOnlyDictionary<string, string> ParseExports(string output)
    {
        var exports = new Dictionary<string, string>();
        foreach (Match line in ExportPattern().Matches(output))
        {
            exports[line.Groups["name"].Value] = line.Groups["value"].Value;
        }

        exports["PATH"] = $"{exports["PATH"]}:{Environment.GetEnvironmentVariable("PATH")}";

        return exports;
    }

    private static string PortOf(string url) => new Uri(url).Port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^export (?<name>[A-Z_]+)='(?<value>[^']*)'(:\"\\$PATH\")?$", RegexOptions.Multiline)]
    private static partial Regex ExportPattern();
}
